#ifndef CONTROLPLANE_SERVER_QUEUE_OBSERVER_H_
#define CONTROLPLANE_SERVER_QUEUE_OBSERVER_H_

#include "absl/time/time.h"

namespace bellwether {

// Observes the work of a queue, for metrics. Implementations are thread-safe.
class QueueObserver {
 public:
  virtual ~QueueObserver() = default;

  // A piece of work has arrived. One call of OnStarted or OnRefused follows.
  virtual void OnQueued() = 0;
  // Its execution begins, after it waited for `waited`.
  virtual void OnStarted(absl::Duration waited) = 0;
  // The queue was full.
  virtual void OnRefused() = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_QUEUE_OBSERVER_H_

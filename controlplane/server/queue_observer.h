#ifndef CONTROLPLANE_SERVER_QUEUE_OBSERVER_H_
#define CONTROLPLANE_SERVER_QUEUE_OBSERVER_H_

#include "absl/time/time.h"

namespace bellwether {

// Is told what becomes of the work on a lane; metrics hang here. Implementations are thread-safe.
class QueueObserver {
 public:
  virtual ~QueueObserver() = default;

  // A piece of work has come. One of the other two follows.
  virtual void OnQueued() = 0;
  // Its turn has come, after it waited for so long.
  virtual void OnStarted(absl::Duration waited) = 0;
  // There was no room for it.
  virtual void OnRefused() = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_QUEUE_OBSERVER_H_

#ifndef CONTROLPLANE_SERVICE_RPC_OBSERVER_H_
#define CONTROLPLANE_SERVICE_RPC_OBSERVER_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "controlplane/service/rpc_method.h"

namespace bellwether {

// Observes the end of each call, and events in it, for metrics. Implementations are thread-safe and
// fast: they are called on the hot path.
class RpcObserver {
 public:
  virtual ~RpcObserver() = default;

  // A call ended `elapsed` after it arrived. For a stream this is its whole lifetime.
  virtual void RecordCall(RpcMethod method, absl::StatusCode code, absl::Duration elapsed) = 0;
  // A heartbeat came `lateness` after it was due, by unary call or stream; an early one counts as
  // 0.
  virtual void RecordHeartbeat(absl::Duration lateness) = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_RPC_OBSERVER_H_

#ifndef CONTROLPLANE_SERVICE_RPC_OBSERVER_H_
#define CONTROLPLANE_SERVICE_RPC_OBSERVER_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "controlplane/service/rpc_method.h"

namespace bellwether {

// Is told how each call ended, and what went on in it; metrics hang here. Implementations are
// thread-safe and fast: they are called on the hot path.
class RpcObserver {
 public:
  virtual ~RpcObserver() = default;

  // A call ended `elapsed` after it arrived. For a stream this is its whole life.
  virtual void RecordCall(RpcMethod method, absl::StatusCode code, absl::Duration elapsed) = 0;
  // A heartbeat came `lateness` after it was due, by unary call or stream; early ones count as 0.
  virtual void RecordHeartbeat(absl::Duration lateness) = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_RPC_OBSERVER_H_

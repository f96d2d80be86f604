#ifndef CONTROLPLANE_SERVICE_RPC_RUNNER_H_
#define CONTROLPLANE_SERVICE_RPC_RUNNER_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <functional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/executor.h"
#include "controlplane/service/rpc_method.h"
#include "controlplane/service/rpc_observer.h"

namespace bellwether {

// Runs unary calls and ends them: turns the status into gRPC's and tells the observer. Thread-safe.
class RpcRunner {
 public:
  // All must outlive every call.
  RpcRunner(Executor& blocking_lane, RpcObserver& observer, const Clock& clock);

  // Runs `work` at once on gRPC's thread: it must not block.
  grpc::ServerUnaryReactor* Run(grpc::CallbackServerContext* context, RpcMethod method,
                                const std::function<absl::Status()>& work) const;

  // Runs `work` on the blocking lane: for what waits for the store. The call is refused with
  // RESOURCE_EXHAUSTED (kOverloaded) if the lane is full, and dropped if its client has gone by the
  // time that its turn comes.
  grpc::ServerUnaryReactor* RunBlocking(grpc::CallbackServerContext* context, RpcMethod method,
                                        std::function<absl::Status()> work) const;

  // For calls that are run otherwise.
  MonotonicTime Now() const { return clock_.MonotonicNow(); }
  void RecordEnd(RpcMethod method, const absl::Status& status, MonotonicTime start) const;
  RpcObserver& observer() const { return observer_; }

 private:
  void Finish(grpc::ServerUnaryReactor* reactor, RpcMethod method, const absl::Status& status,
              MonotonicTime start) const;

  Executor& blocking_lane_;
  RpcObserver& observer_;
  const Clock& clock_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_RPC_RUNNER_H_

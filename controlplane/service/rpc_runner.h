#ifndef CONTROLPLANE_SERVICE_RPC_RUNNER_H_
#define CONTROLPLANE_SERVICE_RPC_RUNNER_H_

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/service/authorizer.h"
#include "controlplane/service/rpc_method.h"
#include "controlplane/service/rpc_observer.h"
#include "controlplane/service/rpc_queues.h"

namespace bellwether {

// Runs unary calls of those who may make them, and ends them: turns the status into gRPC's, and
// tells the observer and the audit. Thread-safe.
class RpcRunner {
 public:
  // All must outlive every call.
  RpcRunner(const RpcQueues& queues, RpcObserver& observer, const Clock& clock,
            const Authorizer& authorizer);

  // Runs `work` at once on gRPC's thread: it must not block. `request` says what the call is about.
  grpc::ServerUnaryReactor* Run(grpc::CallbackServerContext* context, RpcMethod method,
                                const google::protobuf::Message& request,
                                const std::function<absl::Status()>& work) const;

  // Runs `work` on the lane of `method`: for what waits for the store or takes long. The call is
  // refused with RESOURCE_EXHAUSTED (kOverloaded) if the lane is full, and dropped if by the time
  // that its turn comes its client has gone or its deadline has passed.
  grpc::ServerUnaryReactor* RunInQueue(grpc::CallbackServerContext* context, RpcMethod method,
                                       const google::protobuf::Message& request,
                                       std::function<absl::Status()> work) const;
  // The same for a change of a resource: `work` says in `changes` what it changed, for the audit
  // (ChangedFields).
  grpc::ServerUnaryReactor* RunInQueue(
      grpc::CallbackServerContext* context, RpcMethod method,
      const google::protobuf::Message& request,
      std::function<absl::Status(std::string& changes)> work) const;

  // Refuses every call from now on with UNAVAILABLE (kShuttingDown). Calls under way go on.
  void Close() { closed_.store(true); }
  // How many calls are under way: not yet answered. Streams do not count.
  int under_way() const { return under_way_.load(); }

  // For calls that are run otherwise: each message of a stream has to be allowed, since a key may
  // be revoked between two.
  absl::Status Authorize(const grpc::ServerContextBase& context, RpcMethod method,
                         const google::protobuf::Message& request) const;
  MonotonicTime Now() const { return clock_.MonotonicNow(); }
  void RecordEnd(RpcMethod method, const absl::Status& status, MonotonicTime start) const;
  RpcObserver& observer() const { return observer_; }

 private:
  // A call under way.
  struct Call;

  // Counts a call in, and says who makes it or why it is refused.
  Call Begin(grpc::CallbackServerContext* context, RpcMethod method,
             const google::protobuf::Message& request) const;
  void Finish(const Call& call, const absl::Status& status, absl::string_view changes = "") const;

  const RpcQueues queues_;
  RpcObserver& observer_;
  const Clock& clock_;
  const Authorizer& authorizer_;
  std::atomic<bool> closed_ = false;
  mutable std::atomic<int> under_way_ = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_RPC_RUNNER_H_

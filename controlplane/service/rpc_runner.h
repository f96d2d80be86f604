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

// Runs unary calls of authorized callers and completes them: converts the status to gRPC's, and
// reports to the observer and the audit log. Thread-safe.
class RpcRunner {
 public:
  // All must outlive every call.
  RpcRunner(const RpcQueues& queues, RpcObserver& observer, const Clock& clock,
            const Authorizer& authorizer);

  // Runs `work` at once on gRPC's thread: it must not block. `request` is the request of the call.
  grpc::ServerUnaryReactor* Run(grpc::CallbackServerContext* context, RpcMethod method,
                                const google::protobuf::Message& request,
                                const std::function<absl::Status()>& work) const;

  // Runs `work` in the queue of `method`, because it blocks on the store or takes long. The call is
  // refused with RESOURCE_EXHAUSTED (kOverloaded) if the queue is full, and dropped if its client
  // has gone or its deadline has passed when its execution begins.
  grpc::ServerUnaryReactor* RunInQueue(grpc::CallbackServerContext* context, RpcMethod method,
                                       const google::protobuf::Message& request,
                                       std::function<absl::Status()> work) const;
  // For a change of a resource: `work` sets `changes` to the changes for the audit log
  // (ChangedFields).
  grpc::ServerUnaryReactor* RunInQueue(
      grpc::CallbackServerContext* context, RpcMethod method,
      const google::protobuf::Message& request,
      std::function<absl::Status(std::string& changes)> work) const;

  // Refuses further calls with UNAVAILABLE (kShuttingDown). Calls in flight continue.
  void Close() { closed_.store(true); }
  // The number of calls in flight: not answered yet. Streams do not count.
  int under_way() const { return under_way_.load(); }

  // For calls that do not use Run: each message of a stream must be authorized, since a key may be
  // revoked between two messages.
  absl::Status Authorize(const grpc::ServerContextBase& context, RpcMethod method,
                         const google::protobuf::Message& request) const;
  MonotonicTime Now() const { return clock_.MonotonicNow(); }
  void RecordEnd(RpcMethod method, const absl::Status& status, MonotonicTime start) const;
  RpcObserver& observer() const { return observer_; }

 private:
  // A call in flight.
  struct Call;

  // Counts a call, and determines its caller or the refusal.
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

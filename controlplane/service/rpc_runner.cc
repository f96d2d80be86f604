#include "controlplane/service/rpc_runner.h"

#include <utility>

#include "controlplane/model/error.h"
#include "controlplane/service/grpc_status.h"

namespace bellwether {

RpcRunner::RpcRunner(Executor& blocking_lane, RpcObserver& observer, const Clock& clock)
    : blocking_lane_(blocking_lane), observer_(observer), clock_(clock) {}

grpc::ServerUnaryReactor* RpcRunner::Run(grpc::CallbackServerContext* context, RpcMethod method,
                                         const std::function<absl::Status()>& work) const {
  const MonotonicTime start = clock_.MonotonicNow();
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  Finish(reactor, method, work(), start);
  return reactor;
}

grpc::ServerUnaryReactor* RpcRunner::RunBlocking(grpc::CallbackServerContext* context,
                                                 RpcMethod method,
                                                 std::function<absl::Status()> work) const {
  const MonotonicTime start = clock_.MonotonicNow();
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const bool accepted =
      blocking_lane_.Submit([this, context, reactor, method, start, work = std::move(work)] {
        const absl::Status status =
            context->IsCancelled()
                ? absl::CancelledError("the client was gone before its turn came")
                : work();
        Finish(reactor, method, status, start);
      });
  if (!accepted) {
    Finish(reactor, method,
           MakeError(absl::StatusCode::kResourceExhausted, Reason::kOverloaded,
                     "too many changes are waiting for the store; try again shortly"),
           start);
  }
  return reactor;
}

void RpcRunner::RecordEnd(RpcMethod method, const absl::Status& status, MonotonicTime start) const {
  observer_.RecordCall(method, status.code(), clock_.MonotonicNow() - start);
}

void RpcRunner::Finish(grpc::ServerUnaryReactor* reactor, RpcMethod method,
                       const absl::Status& status, MonotonicTime start) const {
  RecordEnd(method, status, start);
  // Last: once it is finished, the call and all that belongs to it may be gone.
  reactor->Finish(ToGrpcStatus(status));
}

}  // namespace bellwether

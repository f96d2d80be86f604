#include "controlplane/service/rpc_runner.h"

#include <utility>

#include "controlplane/model/error.h"
#include "controlplane/service/grpc_status.h"

namespace bellwether {

namespace {

absl::Status ShuttingDown() {
  return MakeError(absl::StatusCode::kUnavailable, Reason::kShuttingDown,
                   "the control plane is shutting down; try again shortly");
}

}  // namespace

struct RpcRunner::Call {
  grpc::CallbackServerContext* context;
  grpc::ServerUnaryReactor* reactor;
  RpcMethod method;
  const google::protobuf::Message& request;
  MonotonicTime start;
  // The caller, or the reason for the refusal.
  absl::StatusOr<Identity> identity;
};

RpcRunner::RpcRunner(const RpcQueues& queues, RpcObserver& observer, const Clock& clock,
                     const Authorizer& authorizer)
    : queues_(queues), observer_(observer), clock_(clock), authorizer_(authorizer) {}

RpcRunner::Call RpcRunner::Begin(grpc::CallbackServerContext* context, RpcMethod method,
                                 const google::protobuf::Message& request) const {
  // Before the check of `closed_`: either the closing thread sees the call, or the call sees that
  // the runner is closed.
  under_way_.fetch_add(1);
  return {context,
          context->DefaultReactor(),
          method,
          request,
          clock_.MonotonicNow(),
          closed_.load() ? ShuttingDown() : authorizer_.Authorize(*context, method, request)};
}

grpc::ServerUnaryReactor* RpcRunner::Run(grpc::CallbackServerContext* context, RpcMethod method,
                                         const google::protobuf::Message& request,
                                         const std::function<absl::Status()>& work) const {
  const Call call = Begin(context, method, request);
  Finish(call, call.identity.ok() ? work() : call.identity.status());
  return call.reactor;
}

grpc::ServerUnaryReactor* RpcRunner::RunInQueue(grpc::CallbackServerContext* context,
                                                RpcMethod method,
                                                const google::protobuf::Message& request,
                                                std::function<absl::Status()> work) const {
  return RunInQueue(context, method, request,
                    [work = std::move(work)](std::string& /*changes*/) { return work(); });
}

grpc::ServerUnaryReactor* RpcRunner::RunInQueue(
    grpc::CallbackServerContext* context, RpcMethod method,
    const google::protobuf::Message& request,
    std::function<absl::Status(std::string& changes)> work) const {
  const Call call = Begin(context, method, request);
  if (!call.identity.ok()) {
    Finish(call, call.identity.status());
    return call.reactor;
  }
  const bool accepted = queues_.Of(call.method).Submit([this, call, work = std::move(work)] {
    std::string changes;
    const absl::Status status =
        call.context->IsCancelled()
            ? absl::CancelledError(
                  "the client was gone, or its deadline past, before its turn came")
            : work(changes);
    Finish(call, status, changes);
  });
  if (!accepted) {
    Finish(call, MakeError(absl::StatusCode::kResourceExhausted, Reason::kOverloaded,
                           "too many calls of this kind are waiting; try again shortly"));
  }
  return call.reactor;
}

absl::Status RpcRunner::Authorize(const grpc::ServerContextBase& context, RpcMethod method,
                                  const google::protobuf::Message& request) const {
  return authorizer_.Authorize(context, method, request).status();
}

void RpcRunner::RecordEnd(RpcMethod method, const absl::Status& status, MonotonicTime start) const {
  observer_.RecordCall(method, status.code(), clock_.MonotonicNow() - start);
}

void RpcRunner::Finish(const Call& call, const absl::Status& status,
                       absl::string_view changes) const {
  RecordEnd(call.method, status, call.start);
  if (call.identity.ok()) {
    authorizer_.Audit(*call.context, call.method, call.request, *call.identity, status, changes);
  }
  // Last: once it is finished, the call and all that belongs to it may be gone.
  call.reactor->Finish(ToGrpcStatus(status));
  under_way_.fetch_sub(1);
}

}  // namespace bellwether

#include "controlplane/service/explanation_service.h"

#include "controlplane/service/explanation_proto.h"

namespace bellwether {

ExplanationService::ExplanationService(const LeaderExplainer& explainer, const RpcRunner& runner)
    : explainer_(explainer), runner_(runner) {}

grpc::ServerUnaryReactor* ExplanationService::ExplainLeader(grpc::CallbackServerContext* context,
                                                            const v1::ExplainLeaderRequest* request,
                                                            v1::ExplainLeaderResponse* response) {
  return runner_.RunInQueue(context, RpcMethod::kExplainLeaderToAdmin, *request,
                            [=, this] { return Explain(explainer_, *request, *response); });
}

}  // namespace bellwether

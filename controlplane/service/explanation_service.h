#ifndef CONTROLPLANE_SERVICE_EXPLANATION_SERVICE_H_
#define CONTROLPLANE_SERVICE_EXPLANATION_SERVICE_H_

#include "bellwether/v1/discovery.grpc.pb.h"
#include "controlplane/discovery/leader_explainer.h"
#include "controlplane/service/rpc_runner.h"

namespace bellwether {

// The part of bellwether.v1.DiscoveryService at the admin address: ExplainLeader, for admin tokens
// only. The other methods are UNIMPLEMENTED. Thread-safe.
class ExplanationService final : public v1::DiscoveryService::CallbackService {
 public:
  // Both must outlive every call.
  ExplanationService(const LeaderExplainer& explainer, const RpcRunner& runner);

  grpc::ServerUnaryReactor* ExplainLeader(grpc::CallbackServerContext* context,
                                          const v1::ExplainLeaderRequest* request,
                                          v1::ExplainLeaderResponse* response) override;

 private:
  const LeaderExplainer& explainer_;
  const RpcRunner& runner_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_EXPLANATION_SERVICE_H_

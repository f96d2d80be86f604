#ifndef CONTROLPLANE_SERVICE_DISCOVERY_SERVICE_H_
#define CONTROLPLANE_SERVICE_DISCOVERY_SERVICE_H_

#include "absl/status/status.h"
#include "bellwether/v1/discovery.grpc.pb.h"
#include "controlplane/discovery/leader_explainer.h"
#include "controlplane/discovery/leader_resolver.h"
#include "controlplane/service/rpc_runner.h"

namespace bellwether {

// bellwether.v1.DiscoveryService on the leader resolver and the explainer. Thread-safe.
class DiscoveryService final : public v1::DiscoveryService::CallbackService {
 public:
  // All must outlive every call.
  DiscoveryService(const LeaderResolver& resolver, const LeaderExplainer& explainer,
                   const RpcRunner& runner);

  grpc::ServerUnaryReactor* ResolveLeaders(grpc::CallbackServerContext* context,
                                           const v1::ResolveLeadersRequest* request,
                                           v1::ResolveLeadersResponse* response) override;
  // On the blocking lane: explanations take long, and leader queries must not wait for them.
  grpc::ServerUnaryReactor* ExplainLeader(grpc::CallbackServerContext* context,
                                          const v1::ExplainLeaderRequest* request,
                                          v1::ExplainLeaderResponse* response) override;

 private:
  absl::Status Resolve(const v1::ResolveLeadersRequest& request,
                       v1::ResolveLeadersResponse& response) const;

  absl::Status Explain(const v1::ExplainLeaderRequest& request,
                       v1::ExplainLeaderResponse& response) const;

  const LeaderResolver& resolver_;
  const LeaderExplainer& explainer_;
  const RpcRunner& runner_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_DISCOVERY_SERVICE_H_

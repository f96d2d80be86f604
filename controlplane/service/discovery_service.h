#ifndef CONTROLPLANE_SERVICE_DISCOVERY_SERVICE_H_
#define CONTROLPLANE_SERVICE_DISCOVERY_SERVICE_H_

#include "absl/status/status.h"
#include "bellwether/v1/discovery.grpc.pb.h"
#include "controlplane/discovery/leader_resolver.h"
#include "controlplane/service/rpc_runner.h"

namespace bellwether {

// bellwether.v1.DiscoveryService on the leader resolver. Thread-safe.
class DiscoveryService final : public v1::DiscoveryService::CallbackService {
 public:
  // Both must outlive every call.
  DiscoveryService(const LeaderResolver& resolver, const RpcRunner& runner);

  grpc::ServerUnaryReactor* ResolveLeaders(grpc::CallbackServerContext* context,
                                           const v1::ResolveLeadersRequest* request,
                                           v1::ResolveLeadersResponse* response) override;

 private:
  absl::Status Resolve(const v1::ResolveLeadersRequest& request,
                       v1::ResolveLeadersResponse& response) const;

  const LeaderResolver& resolver_;
  const RpcRunner& runner_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_DISCOVERY_SERVICE_H_

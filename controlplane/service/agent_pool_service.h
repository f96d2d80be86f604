#ifndef CONTROLPLANE_SERVICE_AGENT_POOL_SERVICE_H_
#define CONTROLPLANE_SERVICE_AGENT_POOL_SERVICE_H_

#include <string>

#include "absl/status/status.h"
#include "bellwether/v1/agent_pool.grpc.pb.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/membership/agent_registry.h"
#include "controlplane/planning/enrollment.h"
#include "controlplane/planning/pool_planners.h"
#include "controlplane/service/rpc_runner.h"

namespace bellwether {

// bellwether.v1.AgentPoolService, implemented with the catalog, the enrollment and the registry.
// Thread-safe.
class AgentPoolService final : public v1::AgentPoolService::CallbackService {
 public:
  // All must outlive every call.
  AgentPoolService(Catalog& catalog, Enrollment& enrollment, AgentRegistry& registry,
                   PoolPlanners& planners, const RpcRunner& runner);

  grpc::ServerUnaryReactor* CreateAgentPool(grpc::CallbackServerContext* context,
                                            const v1::CreateAgentPoolRequest* request,
                                            v1::AgentPool* response) override;
  grpc::ServerUnaryReactor* GetAgentPool(grpc::CallbackServerContext* context,
                                         const v1::GetAgentPoolRequest* request,
                                         v1::AgentPool* response) override;
  grpc::ServerUnaryReactor* ListAgentPools(grpc::CallbackServerContext* context,
                                           const v1::ListAgentPoolsRequest* request,
                                           v1::ListAgentPoolsResponse* response) override;
  grpc::ServerUnaryReactor* UpdateAgentPool(grpc::CallbackServerContext* context,
                                            const v1::UpdateAgentPoolRequest* request,
                                            v1::AgentPool* response) override;
  grpc::ServerUnaryReactor* DeleteAgentPool(grpc::CallbackServerContext* context,
                                            const v1::DeleteAgentPoolRequest* request,
                                            google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* ListAgents(grpc::CallbackServerContext* context,
                                       const v1::ListAgentsRequest* request,
                                       v1::ListAgentsResponse* response) override;
  grpc::ServerUnaryReactor* DrainAgent(grpc::CallbackServerContext* context,
                                       const v1::DrainAgentRequest* request,
                                       v1::Agent* response) override;
  grpc::ServerUnaryReactor* UndrainAgent(grpc::CallbackServerContext* context,
                                         const v1::UndrainAgentRequest* request,
                                         v1::Agent* response) override;

 private:
  // Sets `changes` to the ChangedFields.
  absl::Status Create(const v1::CreateAgentPoolRequest& request, v1::AgentPool& response,
                      std::string& changes);
  absl::Status Get(const v1::GetAgentPoolRequest& request, v1::AgentPool& response) const;
  absl::Status List(const v1::ListAgentPoolsRequest& request,
                    v1::ListAgentPoolsResponse& response) const;
  absl::Status Update(const v1::UpdateAgentPoolRequest& request, v1::AgentPool& response,
                      std::string& changes);
  absl::Status Delete(const v1::DeleteAgentPoolRequest& request);
  absl::Status ListMembers(const v1::ListAgentsRequest& request,
                           v1::ListAgentsResponse& response) const;
  absl::Status SetDraining(const std::string& name, bool draining, v1::Agent& response);

  Catalog& catalog_;
  Enrollment& enrollment_;
  AgentRegistry& registry_;
  PoolPlanners& planners_;
  const RpcRunner& runner_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_AGENT_POOL_SERVICE_H_

#ifndef CONTROLPLANE_SERVICE_RPC_METHOD_H_
#define CONTROLPLANE_SERVICE_RPC_METHOD_H_

#include <cstddef>
#include <iterator>

#include "absl/strings/string_view.h"
#include "controlplane/access/access_decision.h"

namespace bellwether {

// Every method that the control plane serves.
enum class RpcMethod {
  kCreateVirtualCluster,
  kGetVirtualCluster,
  kListVirtualClusters,
  kUpdateVirtualCluster,
  kDeleteVirtualCluster,
  kUndeleteVirtualCluster,
  kPurgeVirtualCluster,
  kCreateAgentPool,
  kGetAgentPool,
  kListAgentPools,
  kUpdateAgentPool,
  kDeleteAgentPool,
  kListAgents,
  kDrainAgent,
  kUndrainAgent,
  kRegisterAgent,
  kHeartbeat,
  kStreamHeartbeats,
  kAnnounceDeparture,
  kDeregisterAgent,
  kResolveLeaders,
  kExplainLeader,
  // ExplainLeader at the admin address.
  kExplainLeaderToAdmin,
  kWatchPool,
  kCreateAgentKey,
  kListAgentKeys,
  kRevokeAgentKey,
  kCreateAdminToken,
  kListAdminTokens,
  kRevokeAdminToken,
  kCreateBackup,
  kListBackups,
};

// A method's names in metrics and logs, and its access rule.
struct RpcMethodTraits {
  RpcMethod method;
  absl::string_view service;
  absl::string_view name;
  AccessRule access = AccessRule::kNobody;
};

inline constexpr absl::string_view kVirtualClusterServiceName =
    "bellwether.v1.VirtualClusterService";
inline constexpr absl::string_view kAgentPoolServiceName = "bellwether.v1.AgentPoolService";
inline constexpr absl::string_view kAgentServiceName = "bellwether.v1.AgentService";
inline constexpr absl::string_view kDiscoveryServiceName = "bellwether.v1.DiscoveryService";
inline constexpr absl::string_view kAccessServiceName = "bellwether.v1.AccessService";
inline constexpr absl::string_view kMaintenanceServiceName = "bellwether.v1.MaintenanceService";

// In the order of the enum.
inline constexpr RpcMethodTraits kRpcMethods[] = {
    {RpcMethod::kCreateVirtualCluster, kVirtualClusterServiceName, "CreateVirtualCluster",
     AccessRule::kOperator},
    {RpcMethod::kGetVirtualCluster, kVirtualClusterServiceName, "GetVirtualCluster",
     AccessRule::kViewer},
    {RpcMethod::kListVirtualClusters, kVirtualClusterServiceName, "ListVirtualClusters",
     AccessRule::kViewer},
    {RpcMethod::kUpdateVirtualCluster, kVirtualClusterServiceName, "UpdateVirtualCluster",
     AccessRule::kOperator},
    {RpcMethod::kDeleteVirtualCluster, kVirtualClusterServiceName, "DeleteVirtualCluster",
     AccessRule::kAdmin},
    {RpcMethod::kUndeleteVirtualCluster, kVirtualClusterServiceName, "UndeleteVirtualCluster",
     AccessRule::kOperator},
    {RpcMethod::kPurgeVirtualCluster, kVirtualClusterServiceName, "PurgeVirtualCluster",
     AccessRule::kAdmin},
    {RpcMethod::kCreateAgentPool, kAgentPoolServiceName, "CreateAgentPool", AccessRule::kOperator},
    {RpcMethod::kGetAgentPool, kAgentPoolServiceName, "GetAgentPool", AccessRule::kViewer},
    {RpcMethod::kListAgentPools, kAgentPoolServiceName, "ListAgentPools", AccessRule::kViewer},
    {RpcMethod::kUpdateAgentPool, kAgentPoolServiceName, "UpdateAgentPool", AccessRule::kOperator},
    {RpcMethod::kDeleteAgentPool, kAgentPoolServiceName, "DeleteAgentPool", AccessRule::kAdmin},
    {RpcMethod::kListAgents, kAgentPoolServiceName, "ListAgents", AccessRule::kViewer},
    {RpcMethod::kDrainAgent, kAgentPoolServiceName, "DrainAgent", AccessRule::kOperator},
    {RpcMethod::kUndrainAgent, kAgentPoolServiceName, "UndrainAgent", AccessRule::kOperator},
    {RpcMethod::kRegisterAgent, kAgentServiceName, "RegisterAgent", AccessRule::kAgent},
    {RpcMethod::kHeartbeat, kAgentServiceName, "Heartbeat", AccessRule::kAgent},
    {RpcMethod::kStreamHeartbeats, kAgentServiceName, "StreamHeartbeats", AccessRule::kAgent},
    {RpcMethod::kAnnounceDeparture, kAgentServiceName, "AnnounceDeparture", AccessRule::kAgent},
    {RpcMethod::kDeregisterAgent, kAgentServiceName, "DeregisterAgent", AccessRule::kAgent},
    {RpcMethod::kResolveLeaders, kDiscoveryServiceName, "ResolveLeaders", AccessRule::kAgent},
    {RpcMethod::kExplainLeader, kDiscoveryServiceName, "ExplainLeader", AccessRule::kAgentOrViewer},
    {RpcMethod::kExplainLeaderToAdmin, kDiscoveryServiceName, "ExplainLeader", AccessRule::kViewer},
    {RpcMethod::kWatchPool, kDiscoveryServiceName, "WatchPool", AccessRule::kAgent},
    {RpcMethod::kCreateAgentKey, kAccessServiceName, "CreateAgentKey", AccessRule::kAdmin},
    {RpcMethod::kListAgentKeys, kAccessServiceName, "ListAgentKeys", AccessRule::kViewer},
    {RpcMethod::kRevokeAgentKey, kAccessServiceName, "RevokeAgentKey", AccessRule::kAdmin},
    {RpcMethod::kCreateAdminToken, kAccessServiceName, "CreateAdminToken", AccessRule::kAdmin},
    {RpcMethod::kListAdminTokens, kAccessServiceName, "ListAdminTokens", AccessRule::kViewer},
    {RpcMethod::kRevokeAdminToken, kAccessServiceName, "RevokeAdminToken", AccessRule::kAdmin},
    {RpcMethod::kCreateBackup, kMaintenanceServiceName, "CreateBackup", AccessRule::kOperator},
    {RpcMethod::kListBackups, kMaintenanceServiceName, "ListBackups", AccessRule::kViewer},
};

inline constexpr const RpcMethodTraits& TraitsOf(RpcMethod method) {
  return kRpcMethods[static_cast<size_t>(method)];
}

// Whether each row is at the index that TraitsOf uses, and has a rule.
constexpr bool RpcMethodsAreWhole() {
  for (size_t i = 0; i < std::size(kRpcMethods); ++i) {
    if (static_cast<size_t>(kRpcMethods[i].method) != i) return false;
    if (kRpcMethods[i].access == AccessRule::kNobody) return false;
  }
  return true;
}
static_assert(RpcMethodsAreWhole());

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_RPC_METHOD_H_

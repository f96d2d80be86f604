#ifndef CONTROLPLANE_SERVICE_RPC_METHOD_H_
#define CONTROLPLANE_SERVICE_RPC_METHOD_H_

#include "absl/strings/string_view.h"

namespace bellwether {

// Every method that we serve.
enum class RpcMethod {
  kCreateVirtualCluster,
  kGetVirtualCluster,
  kListVirtualClusters,
  kUpdateVirtualCluster,
  kDeleteVirtualCluster,
  kUndeleteVirtualCluster,
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
  kDeregisterAgent,
  kResolveLeaders,
};

// A method's names as metrics and logs show them.
struct RpcMethodName {
  RpcMethod method;
  absl::string_view service;
  absl::string_view name;
};

inline constexpr absl::string_view kVirtualClusterServiceName =
    "bellwether.v1.VirtualClusterService";
inline constexpr absl::string_view kAgentPoolServiceName = "bellwether.v1.AgentPoolService";
inline constexpr absl::string_view kAgentServiceName = "bellwether.v1.AgentService";
inline constexpr absl::string_view kDiscoveryServiceName = "bellwether.v1.DiscoveryService";

// In the order of the enum.
inline constexpr RpcMethodName kRpcMethods[] = {
    {RpcMethod::kCreateVirtualCluster, kVirtualClusterServiceName, "CreateVirtualCluster"},
    {RpcMethod::kGetVirtualCluster, kVirtualClusterServiceName, "GetVirtualCluster"},
    {RpcMethod::kListVirtualClusters, kVirtualClusterServiceName, "ListVirtualClusters"},
    {RpcMethod::kUpdateVirtualCluster, kVirtualClusterServiceName, "UpdateVirtualCluster"},
    {RpcMethod::kDeleteVirtualCluster, kVirtualClusterServiceName, "DeleteVirtualCluster"},
    {RpcMethod::kUndeleteVirtualCluster, kVirtualClusterServiceName, "UndeleteVirtualCluster"},
    {RpcMethod::kCreateAgentPool, kAgentPoolServiceName, "CreateAgentPool"},
    {RpcMethod::kGetAgentPool, kAgentPoolServiceName, "GetAgentPool"},
    {RpcMethod::kListAgentPools, kAgentPoolServiceName, "ListAgentPools"},
    {RpcMethod::kUpdateAgentPool, kAgentPoolServiceName, "UpdateAgentPool"},
    {RpcMethod::kDeleteAgentPool, kAgentPoolServiceName, "DeleteAgentPool"},
    {RpcMethod::kListAgents, kAgentPoolServiceName, "ListAgents"},
    {RpcMethod::kDrainAgent, kAgentPoolServiceName, "DrainAgent"},
    {RpcMethod::kUndrainAgent, kAgentPoolServiceName, "UndrainAgent"},
    {RpcMethod::kRegisterAgent, kAgentServiceName, "RegisterAgent"},
    {RpcMethod::kHeartbeat, kAgentServiceName, "Heartbeat"},
    {RpcMethod::kStreamHeartbeats, kAgentServiceName, "StreamHeartbeats"},
    {RpcMethod::kDeregisterAgent, kAgentServiceName, "DeregisterAgent"},
    {RpcMethod::kResolveLeaders, kDiscoveryServiceName, "ResolveLeaders"},
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_RPC_METHOD_H_

#ifndef CONTROLPLANE_SERVICE_RPC_QUEUES_H_
#define CONTROLPLANE_SERVICE_RPC_QUEUES_H_

#include "controlplane/base/executor.h"
#include "controlplane/service/rpc_method.h"

namespace bellwether {

// The queues of calls that must not block gRPC's own threads. Each queue has its own threads and
// its own limit, so that no kind of call delays another. Heartbeats and small leader queries have
// no queue: gRPC's threads process them at once, before all queued calls, since processing one
// costs no more than refusing it.
struct RpcQueues {
  // Joining and leaving agents: blocks on the store.
  Executor& registrations;
  // Leader queries for so many partitions that they would delay others.
  Executor& leader_queries;
  // Changes by admins: block on the store.
  Executor& changes;
  // Lists and explanations: long answers that are not urgent.
  Executor& lists;

  // The queue of a method that has one. Pure.
  Executor& Of(RpcMethod method) const {
    switch (method) {
      case RpcMethod::kRegisterAgent:
      case RpcMethod::kAnnounceDeparture:
      case RpcMethod::kDeregisterAgent:
        return registrations;
      case RpcMethod::kResolveLeaders:
        return leader_queries;
      case RpcMethod::kExplainLeader:
      case RpcMethod::kExplainLeaderToAdmin:
      case RpcMethod::kListVirtualClusters:
      case RpcMethod::kListAgentPools:
      case RpcMethod::kListAgents:
      case RpcMethod::kListAgentKeys:
      case RpcMethod::kListAdminTokens:
      case RpcMethod::kListBackups:
        return lists;
      default:
        return changes;
    }
  }
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_RPC_QUEUES_H_

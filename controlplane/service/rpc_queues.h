#ifndef CONTROLPLANE_SERVICE_RPC_QUEUES_H_
#define CONTROLPLANE_SERVICE_RPC_QUEUES_H_

#include "controlplane/base/executor.h"
#include "controlplane/service/rpc_method.h"

namespace bellwether {

// Where calls run that must not hold up gRPC's own threads. Each lane has its own threads and its
// own bounded queue, so that no kind of call keeps another one waiting. Heartbeats and small leader
// queries have none: gRPC's threads do these at once, before anything that waits here, since one
// costs no more than it would to refuse it.
struct RpcQueues {
  // Agents that join and leave: wait for the store.
  Executor& registrations;
  // Leader queries for so many partitions that others would notice.
  Executor& leader_queries;
  // Changes by admins: wait for the store.
  Executor& changes;
  // Lists and explanations: long answers, which nobody is in a hurry for.
  Executor& lists;

  // The lane of a method that runs on one. Pure.
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

#ifndef CONTROLPLANE_DISCOVERY_CLIENT_POOL_H_
#define CONTROLPLANE_DISCOVERY_CLIENT_POOL_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controlplane/assignment/leader_grounds.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/model/virtual_cluster.h"
#include "controlplane/planning/pool_planners.h"
#include "controlplane/planning/pool_snapshot.h"

namespace bellwether {

// A client's virtual cluster and pool.
struct ClientPool {
  std::shared_ptr<const VirtualCluster> cluster;
  std::shared_ptr<PoolPlanner> planner;
  // The pool's current snapshot.
  std::shared_ptr<const PoolSnapshot> snapshot;
};

// The client's virtual cluster and its pool. Errors: NOT_FOUND (kVirtualClusterNotFound),
// FAILED_PRECONDITION (kVirtualClusterHasNoAgentPool).
absl::StatusOr<ClientPool> FindClientPool(const AskingClient& client, const Catalog& catalog,
                                          PoolPlanners& planners);

// UNAVAILABLE (kNoLiveAgent) if no agent of the pool can lead.
absl::Status CheckLiveAgent(const ClientPool& pool);

}  // namespace bellwether

#endif  // CONTROLPLANE_DISCOVERY_CLIENT_POOL_H_

#ifndef CONTROLPLANE_PLANNING_POOL_CHANGE_H_
#define CONTROLPLANE_PLANNING_POOL_CHANGE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "controlplane/model/agent.h"
#include "controlplane/planning/pool_plans.h"
#include "controlplane/planning/pool_snapshot.h"

namespace bellwether {

// A hypothetical change of a pool's agents.
struct PoolChange {
  // Ids of agents in the pool that the change removes.
  std::vector<std::string> gone;
  // New agents, past their slow start.
  std::vector<AgentSpec> added;

  bool empty() const { return gone.empty() && added.empty(); }
};

// The snapshot that would follow `pool` if `change` were made now and `plans`, a copy of the pool's
// plans, included it: the answers right after the change, before the next balancing round. New
// agents have no report yet. The snapshot is not published. It shares the real pending load of the
// agents that stay, so the caller must not modify it. Errors: NOT_FOUND (kAgentNotFound) for an
// agent to remove that is not in the pool; INVALID_ARGUMENT (kInvalidArgument) for a new agent that
// is there already, is given twice, or is invalid. Takes O(partitions).
absl::StatusOr<std::shared_ptr<const PoolSnapshot>> SnapshotAfter(const PoolSnapshot& pool,
                                                                  PoolPlans& plans,
                                                                  const PoolChange& change);

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_POOL_CHANGE_H_

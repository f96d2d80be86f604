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

// A change of a pool's agents that nobody has made. A value.
struct PoolChange {
  // Ids of agents that are there.
  std::vector<std::string> gone;
  // New ones, past their joining period.
  std::vector<AgentSpec> added;

  bool empty() const { return gone.empty() && added.empty(); }
};

// The snapshot that `pool` would be followed by if `change` were made now, and `plans`, a copy of
// the pool's, took it in: what is answered right after the change, before the next tick. Agents
// that come have no report yet. Nothing of it is published, and its ledgers of agents that stay are
// the real ones: leave no trace in them. Errors: NOT_FOUND (kAgentNotFound) for an agent that
// cannot go because it is not there; INVALID_ARGUMENT (kInvalidArgument) for one that is there
// already, is given twice, or cannot be. Takes O(partitions).
absl::StatusOr<std::shared_ptr<const PoolSnapshot>> SnapshotAfter(const PoolSnapshot& pool,
                                                                  PoolPlans& plans,
                                                                  const PoolChange& change);

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_POOL_CHANGE_H_

#ifndef CONTROLPLANE_PLANNING_POOL_SNAPSHOT_H_
#define CONTROLPLANE_PLANNING_POOL_SNAPSHOT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "controlplane/assignment/leader_view.h"
#include "controlplane/assignment/plan.h"
#include "controlplane/base/clock.h"
#include "controlplane/planning/observed_loads.h"
#include "controlplane/planning/recent_clients.h"
#include "controlplane/planning/returned_agents.h"

namespace bellwether {

// The data from which the control plane answers leader queries: a view, and the pending load of
// each of its agents. Immutable once published, except that pending loads and recent clients go on
// counting.
struct PoolSnapshot : LeaderView {
  // The plans of the lookups.
  PlanSet plans;
  // By zone, empty for the plan of the whole pool: records the clients that ask for partitions that
  // the plan spreads.
  std::map<std::string, std::shared_ptr<const RecentClients>> clients;
  // At the same positions as view->agents.
  PendingLoads pending_loads;
  // The agents that single_agent last returned to each client of the pool; shared by all snapshots.
  std::shared_ptr<ReturnedAgents> returned_agents;
  // When this view was made.
  MonotonicTime view_since;
  // When states next change by the passing of time, and the roster it was made from.
  MonotonicTime valid_until;
  int64_t roster_generation = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_POOL_SNAPSHOT_H_

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

// What the control plane answers leader queries from: a view, and beside each of its agents the
// ledger of its load. Never changed once it is published, though the ledgers and the recent clients
// go on counting.
struct PoolSnapshot : LeaderView {
  // What the lookups are made of.
  PlanSet plans;
  // By zone, empty for the pool's own: told of the clients that ask for partitions that the plan
  // spreads; for that plan.
  std::map<std::string, std::shared_ptr<const RecentClients>> clients;
  // At the same positions as view->agents.
  PendingLoads pending_loads;
  // What single_agent last returned to each client of the pool; one for all its snapshots.
  std::shared_ptr<ReturnedAgents> returned_agents;
  // When this view was made.
  MonotonicTime view_since;
  // When states change by the passing of time, and the roster it was made from.
  MonotonicTime valid_until;
  int64_t roster_generation = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_POOL_SNAPSHOT_H_

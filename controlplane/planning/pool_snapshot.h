#ifndef CONTROLPLANE_PLANNING_POOL_SNAPSHOT_H_
#define CONTROLPLANE_PLANNING_POOL_SNAPSHOT_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "controlplane/assignment/client_id.h"
#include "controlplane/assignment/plan_lookup.h"
#include "controlplane/base/clock.h"
#include "controlplane/membership/load_ledger.h"
#include "controlplane/model/pool_view.h"
#include "controlplane/planning/pool_load.h"
#include "controlplane/planning/recent_clients.h"
#include "controlplane/planning/restricted_pools.h"

namespace bellwether {

// What a leader query works on: a view, and beside each of its agents the ledger of its load. Never
// changed once it is published, though the ledgers and the recent clients
// go on counting.
struct PoolSnapshot {
  std::shared_ptr<const PoolView> view;
  // The pool's plan made ready for consistent_random_jump among the view's candidates, and the
  // zones and groups in the view. Both are made once for each view, not for each query.
  std::shared_ptr<const PlanLookup> lookup;
  std::shared_ptr<const KnownNames> known_names;
  // Told of the clients that ask for partitions that the plan in `lookup` spreads; for that plan.
  std::shared_ptr<const RecentClients> clients;
  // At the same positions as view->agents.
  std::vector<std::shared_ptr<LoadLedger>> ledgers;
  // Sums of the weights of view->candidates up to and including each: to draw a candidate with a
  // probability in proportion to its weight.
  std::vector<uint64_t> cumulative_weights;
  // How loaded the candidates are together. Belongs to the view.
  std::shared_ptr<PoolLoad> load = std::make_shared<PoolLoad>();
  // What of it clients ask for by zone, group or role; nullptr if this is such a part itself.
  std::shared_ptr<RestrictedPools> parts;
  // When states change by the passing of time, and the roster it was made from.
  MonotonicTime valid_until;
  int64_t roster_generation = 0;
};

// Fills in what follows from view->candidates alone: weights and load.
void PrepareCandidates(PoolSnapshot& snapshot);

// Fills in what follows from the view alone, and not from the plan.
void PrepareForQueries(PoolSnapshot& snapshot);

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_POOL_SNAPSHOT_H_

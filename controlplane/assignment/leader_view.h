#ifndef CONTROLPLANE_ASSIGNMENT_LEADER_VIEW_H_
#define CONTROLPLANE_ASSIGNMENT_LEADER_VIEW_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "controlplane/assignment/client_id.h"
#include "controlplane/assignment/plan.h"
#include "controlplane/assignment/plan_lookup.h"
#include "controlplane/assignment/pool_load.h"
#include "controlplane/assignment/restricted_views.h"
#include "controlplane/model/pool_view.h"

namespace bellwether {

// By zone.
using ZoneLookups = std::map<std::string, std::shared_ptr<const PlanLookup>>;

// A view made ready for naming leaders. The control plane has one of each pool, and agents that
// watch their pool have one too: the same code answers from it here and there. Never changed once
// it is published, but for what `load` and `parts` find out of it.
struct LeaderView {
  std::shared_ptr<const PoolView> view;
  // The plan made ready for consistent_random_jump among the view's candidates.
  std::shared_ptr<const PlanLookup> lookup;
  // The zone whose plan that is; empty: the pool's own.
  std::string plan_zone;
  // The plans of those zones that have their own, made ready: for the parts of a whole pool.
  ZoneLookups zone_lookups;
  // The zones and groups in the view.
  std::shared_ptr<const KnownNames> known_names;
  // Sums of the weights of view->candidates up to and including each: to draw a candidate with a
  // probability in proportion to its weight.
  std::vector<uint64_t> cumulative_weights;
  // Positions in view->agents, ascending, of the agents that broker lists contain: all that
  // ViewAgent::is_listed says, of the group alone where this is the part of a group.
  std::vector<uint32_t> listed;
  // Whether agents of several groups are in the view (agents without a group are one): then clients
  // of one group do not see the others.
  bool has_groups = false;
  // How loaded the candidates are together. Belongs to the view.
  std::shared_ptr<PoolLoad> load = std::make_shared<PoolLoad>();
  // What of it clients ask for by zone, group or role; nullptr if this is such a part itself.
  std::shared_ptr<RestrictedViews> parts;
};

// Fills in what follows from leaders.view->candidates alone: weights and load.
void PrepareCandidates(LeaderView& leaders);

// Fills in what follows from the view alone, and not from the plan.
void PrepareForQueries(LeaderView& leaders);

// Fills in the plans, made ready. What the lookups of `earlier`, which may be nullptr, have found
// is not looked for again. REQUIRES: `leaders` has a view.
void PrepareLookups(const PlanSet& plans, const LeaderView* earlier, LeaderView& leaders);

// The agents of a view as a lookup wants them, at the same positions. Pure.
std::vector<LookupAgent> LookupAgentsOf(const PoolView& view);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_LEADER_VIEW_H_

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

// A view prepared for leader queries. The control plane has one for each pool, and so does each
// agent that watches its pool; both answer with the same code. Immutable once published, except for
// the values that `load` and `parts` compute lazily.
struct LeaderView {
  std::shared_ptr<const PoolView> view;
  // The plan prepared for lookups among the view's candidates.
  std::shared_ptr<const PlanLookup> lookup;
  // The zone of that plan; empty: the plan of the whole pool.
  std::string plan_zone;
  // Lookups of the zones that have their own plan: for the parts of a whole pool.
  ZoneLookups zone_lookups;
  // The zones and groups in the view.
  std::shared_ptr<const KnownNames> known_names;
  // Sums of the weights of view->candidates up to and including each, for drawing a candidate with
  // a probability in proportion to its weight.
  std::vector<uint64_t> cumulative_weights;
  // Positions in view->agents, ascending, of the agents that broker lists contain: every agent with
  // ViewAgent::is_listed, restricted to the group if this is the part of a group.
  std::vector<uint32_t> listed;
  // Whether the view has agents of several groups (agents without a group are one group); then
  // clients of one group do not see agents of another.
  bool has_groups = false;
  // The combined load of the candidates. Belongs to the view.
  std::shared_ptr<PoolLoad> load = std::make_shared<PoolLoad>();
  // The parts of the view by zone, group or role; nullptr if this is itself such a part.
  std::shared_ptr<RestrictedViews> parts;
};

// Fills in the fields that depend on leaders.view->candidates alone: weights and load.
void PrepareCandidates(LeaderView& leaders);

// Fills in the fields that depend on the view but not on the plan.
void PrepareForQueries(LeaderView& leaders);

// Fills in the lookups of `plans`. Leaders that the lookups of `earlier` (may be nullptr) have
// computed are not computed again. REQUIRES: `leaders` has a view.
void PrepareLookups(const PlanSet& plans, const LeaderView* earlier, LeaderView& leaders);

// The agents of a view in the form that a lookup takes, at the same positions.
std::vector<LookupAgent> LookupAgentsOf(const PoolView& view);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_LEADER_VIEW_H_

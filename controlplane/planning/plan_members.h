#ifndef CONTROLPLANE_PLANNING_PLAN_MEMBERS_H_
#define CONTROLPLANE_PLANNING_PLAN_MEMBERS_H_

#include <string>
#include <vector>

#include "controlplane/assignment/plan_input.h"
#include "controlplane/assignment/plan_state.h"
#include "controlplane/model/pool_view.h"

namespace bellwether {

// The agents that a plan over `zone`, or over the whole pool if that is empty, is to count with:
// the ACTIVE ones, and of those that it counts with already also the SUSPECT and JOINING ones.
// Silence lends, death moves: an agent that missed a few heartbeats, or restarts quickly, keeps its
// place, and lookups skip it meanwhile. Who is DEAD, DRAINING or gone is out. Pure.
std::vector<MemberInput> PlanMembers(const PoolView& view, const std::string& zone,
                                     const PlanState& state);

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_PLAN_MEMBERS_H_

#ifndef CONTROLPLANE_PLANNING_PLAN_MEMBERS_H_
#define CONTROLPLANE_PLANNING_PLAN_MEMBERS_H_

#include <string>
#include <vector>

#include "controlplane/assignment/plan_input.h"
#include "controlplane/assignment/plan_state.h"
#include "controlplane/model/pool_view.h"

namespace bellwether {

// The agents that a plan over `zone`, or over the whole pool if `zone` is empty, is to include: the
// ACTIVE agents, and those SUSPECT and JOINING agents that it includes already. An agent that
// missed a few heartbeats, or restarts quickly, keeps its place, and lookups skip it meanwhile.
// DEAD, DRAINING and deregistered agents are left out.
std::vector<MemberInput> PlanMembers(const PoolView& view, const std::string& zone,
                                     const PlanState& state);

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_PLAN_MEMBERS_H_

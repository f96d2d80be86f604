#ifndef CONTROLPLANE_ASSIGNMENT_PREFERRED_LEADERS_H_
#define CONTROLPLANE_ASSIGNMENT_PREFERRED_LEADERS_H_

#include <cstdint>
#include <vector>

#include "controlplane/assignment/plan_state.h"

namespace bellwether {

// Keeping positions and homes right while agents come and go. Pure but for their arguments.

// Position in state.agents of the agent of that hash, or kNoAgent.
AgentPosition PositionOfAgent(const PlanState& state, uint64_t hash);

// Makes `agents`, sorted by hash, the state's agents and changes every position accordingly. Who is
// no longer there must not lead anything; where it was a home, UpdatePreferredLeaders finds the
// next.
void ReplaceAgents(PlanState& state, std::vector<PlanSlot> agents);

// Finds every partition's home among the agents that do not leave. The marks, at the positions of
// state.agents, say who has come or weighs more than before, and who leaves or weighs less. Takes
// O(partitions * agents that gain), and O(agents) for each partition that lost its home.
void UpdatePreferredLeaders(PlanState& state, const std::vector<bool>& gains,
                            const std::vector<bool>& losses);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_PREFERRED_LEADERS_H_

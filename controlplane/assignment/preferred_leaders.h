#ifndef CONTROLPLANE_ASSIGNMENT_PREFERRED_LEADERS_H_
#define CONTROLPLANE_ASSIGNMENT_PREFERRED_LEADERS_H_

#include <cstdint>
#include <vector>

#include "controlplane/assignment/plan_state.h"

namespace bellwether {

// Keeps positions and preferred leaders correct while agents come and go.

// Position in state.agents of the agent with that hash, or kNoAgent.
AgentPosition PositionOfAgent(const PlanState& state, uint64_t hash);

// Replaces the state's agents with `agents`, sorted by hash, and updates every position. Agents
// that are no longer there must not lead anything; UpdatePreferredLeaders replaces them as
// preferred leaders.
void ReplaceAgents(PlanState& state, std::vector<PlanSlot> agents);

// Finds every partition's preferred leader among the agents that do not leave. The marks, at the
// positions of state.agents, show which agents are new or weigh more than before, and which leave
// or weigh less. Takes O(partitions * agents that gain), and O(agents) for each partition that lost
// its preferred leader.
void UpdatePreferredLeaders(PlanState& state, const std::vector<bool>& gains,
                            const std::vector<bool>& losses);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_PREFERRED_LEADERS_H_

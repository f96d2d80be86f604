#ifndef CONTROLPLANE_ASSIGNMENT_AGENT_TAKES_H_
#define CONTROLPLANE_ASSIGNMENT_AGENT_TAKES_H_

#include <vector>

#include "controlplane/assignment/balance.h"

namespace bellwether {

// Partitions that agents take when they join and give up when they leave. The marks are at the
// positions of PlanState::agents.

// Moves every piece of the marked agents, the heaviest first, to the first agent in its preference
// list that has room; if none has, to the least loaded agent. With the cause kTakenOver the plan
// records the takeover, so that the owner can take the piece back.
void GiveAway(Balance& balance, const std::vector<bool>& givers, MoveCause cause);

// The marked agents take back the pieces that other agents took over from them, wherever these are
// now.
void EndTakeovers(Balance& balance, const std::vector<bool>& owners);

// The marked agents take the pieces that prefer them to their leader, or to the least preferred of
// their leaders, the heaviest first, as far as they have room. They take nothing from each other.
void TakeWonPartitions(Balance& balance, const std::vector<bool>& takers, MoveCause cause);

// Moves partitions of the marked agents whose preferred leader has changed to the new preferred
// leader, if it has room. `preferred_before` is at the positions of PlanState::partitions.
void GiveBackToPreferredLeaders(Balance& balance, const std::vector<bool>& givers,
                                const std::vector<AgentPosition>& preferred_before);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_AGENT_TAKES_H_

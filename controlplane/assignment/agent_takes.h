#ifndef CONTROLPLANE_ASSIGNMENT_AGENT_TAKES_H_
#define CONTROLPLANE_ASSIGNMENT_AGENT_TAKES_H_

#include <vector>

#include "controlplane/assignment/balance.h"

namespace bellwether {

// What agents take when they come and give when they go. The marks are at the positions of
// PlanState::agents. Pure but for their arguments.

// Every piece of the marked agents goes to the first agent in its jump order that has room, the
// heaviest first; where nobody has, to the least loaded. With the cause kTakenOver it is
// remembered, so that its owner can take it back.
void GiveAway(Balance& balance, const std::vector<bool>& givers, MoveCause cause);

// The marked agents take back what they lent, wherever it has gone since.
void EndTakeovers(Balance& balance, const std::vector<bool>& owners);

// The marked agents take the pieces that like them better than their leader, or than the least
// liked of their leaders, the heaviest first, as far as they have room. They take nothing from each
// other.
void TakeWonPartitions(Balance& balance, const std::vector<bool>& takers, MoveCause cause);

// The partitions of the marked agents whose home another agent has become go there if it has room.
// `preferred_before` is at the positions of PlanState::partitions.
void GiveBackToPreferredLeaders(Balance& balance, const std::vector<bool>& givers,
                                const std::vector<AgentPosition>& preferred_before);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_AGENT_TAKES_H_

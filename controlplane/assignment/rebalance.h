#ifndef CONTROLPLANE_ASSIGNMENT_REBALANCE_H_
#define CONTROLPLANE_ASSIGNMENT_REBALANCE_H_

#include <vector>

#include "controlplane/assignment/balance.h"

namespace bellwether {

// Moves pieces off overloaded agents, and back to their preferred leaders.

// Whether pieces that moved recently may move again.
enum class Cooldown { kRespect, kIgnore };

// Moves pieces, the largest that fit first, off each agent marked in `hot` until it is down to its
// target, the most loaded agent first, until `budget` has been moved. A piece goes to the first
// agent of its preference list that has room; if none has, to the least loaded agent if that is a
// gain. Takes O(partitions + moves * sum of weights).
void MoveLoadOff(Balance& balance, const std::vector<bool>& hot, Cooldown cooldown, Load budget);

// Returns moved partitions that have not moved for long to their preferred leaders if these have
// room, which keeps the plan's overrides few. Takes O(partitions).
void ReturnToPreferredLeader(Balance& balance);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_REBALANCE_H_

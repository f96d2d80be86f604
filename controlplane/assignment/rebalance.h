#ifndef CONTROLPLANE_ASSIGNMENT_REBALANCE_H_
#define CONTROLPLANE_ASSIGNMENT_REBALANCE_H_

#include <vector>

#include "controlplane/assignment/balance.h"

namespace bellwether {

// Moving pieces from agents that have too much, and home again. Pure but for their arguments.

// Whether pieces that were moved lately may be moved again.
enum class Cooldown { kRespect, kIgnore };

// Takes pieces, the largest that fit first, from each agent that is marked in `hot` until it is
// down to its target, the fullest agent first, until `budget` has been moved. A piece goes to the
// first agent of its own jump order that has room; if none has, to the least loaded, where that is
// a gain. Takes O(partitions + moves * sum of weights).
void MoveLoadOff(Balance& balance, const std::vector<bool>& hot, Cooldown cooldown, Load budget);

// Sends displaced partitions home that have been where they are for long and find room there: it
// keeps the plan's exceptions few. Takes O(partitions).
void ReturnToPreferredLeader(Balance& balance);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_REBALANCE_H_

#ifndef CONTROLPLANE_ASSIGNMENT_SPREAD_H_
#define CONTROLPLANE_ASSIGNMENT_SPREAD_H_

#include <vector>

#include "controlplane/assignment/balance.h"

namespace bellwether {

// A hot partition is given more leaders, and fewer again when it has cooled down: with one leader
// for each partition, one at 30 % of a pool's traffic would keep the pool at a multiple of its mean
// whatever else is moved. Pure but for their arguments.

// Counts for how many ticks each partition has been hot, and cold. Takes O(partitions).
void CountHotRounds(Balance& balance);

// Spreads what has been hot for long enough, the hottest first, until `budget` has been moved; one
// that was begun is completed.
void SpreadHot(Balance& balance, Load budget);

// Marks the agents, at the positions of PlanState::agents, that hold a partition which is hot and
// will be spread if it stays so.
std::vector<bool> HoldersOfHot(const Balance& balance);

// Draws together what has been cold for long enough, as long as nobody gets too much by it, until
// `budget` has been moved.
void DrawTogetherCold(Balance& balance, Load budget);

// Gives every partition of more than `member` units as many leaders of its jump order as it needs,
// whatever these have already: for a plan that is built from nothing.
void SpreadFromNothing(Balance& balance);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_SPREAD_H_

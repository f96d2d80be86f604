#ifndef CONTROLPLANE_ASSIGNMENT_SPREAD_H_
#define CONTROLPLANE_ASSIGNMENT_SPREAD_H_

#include <vector>

#include "controlplane/assignment/balance.h"

namespace bellwether {

// Gives a hot partition more leaders, and consolidates it when it has cooled down. With one leader
// for each partition, a partition with 30 % of a pool's traffic would keep one agent at a multiple
// of the mean, whatever else is moved.

// Counts for how many rounds each partition has been hot or cold. Takes O(partitions).
void CountHotRounds(Balance& balance);

// Spreads partitions that have been hot for long enough, the hottest first, until `budget` has been
// moved; the last one is completed.
void SpreadHot(Balance& balance, Load budget);

// Marks the agents, at the positions of PlanState::agents, that hold a partition that is hot and
// will be spread if it stays hot.
std::vector<bool> HoldersOfHot(const Balance& balance);

// Consolidates partitions that have been cold for long enough, as long as no agent gets too much by
// it, until `budget` has been moved.
void DrawTogetherCold(Balance& balance, Load budget);

// Gives every partition of more than `member` units as many leaders of its preference list as it
// needs, whatever load these already have: for a plan that is built from nothing.
void SpreadFromNothing(Balance& balance);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_SPREAD_H_

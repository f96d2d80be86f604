#ifndef CONTROLPLANE_PLANNING_LOAD_EVENNESS_H_
#define CONTROLPLANE_PLANNING_LOAD_EVENNESS_H_

#include <vector>

#include "controlplane/membership/roster.h"

namespace bellwether {

// Load of one agent.
struct WeightedLoad {
  // In bytes per second.
  double load = 0;
  // Its size relative to the other agents; above 0.
  double weight = 1;
};

// How far the agent with the largest load for its weight is above its fair share, which is the mean
// load for that weight.
struct LoadEvenness {
  // Its load divided by its share: 1 if the load is even, or there is none.
  double imbalance = 1;
  // Its load minus its share, in bytes per second: distinguishes a large imbalance of a tiny load
  // from one that matters.
  double above_mean_bytes_per_second = 0;
};

// The evenness of agents that share the sum of these loads.
LoadEvenness Evenness(const std::vector<WeightedLoad>& loads);

// The evenness of the load that the ACTIVE agents of a pool reported last. Each agent is compared
// with the agents of its own group, since only these share its clients; the result is that of the
// least even group. A byte written counts as one, a byte fetched as a half. Takes O(agents).
LoadEvenness ReportedEvenness(const Roster& roster);

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_LOAD_EVENNESS_H_

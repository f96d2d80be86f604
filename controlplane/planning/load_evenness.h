#ifndef CONTROLPLANE_PLANNING_LOAD_EVENNESS_H_
#define CONTROLPLANE_PLANNING_LOAD_EVENNESS_H_

#include <vector>

#include "controlplane/membership/roster.h"

namespace bellwether {

// Load of one agent. A value.
struct WeightedLoad {
  // In bytes per second.
  double load = 0;
  // Its size relative to the other agents; above 0.
  double weight = 1;
};

// How far the agent with the largest load for its weight is above its fair share, which is the mean
// load for that weight. A value.
struct LoadEvenness {
  // Its load divided by its share: 1 if the load is even, or there is none.
  double imbalance = 1;
  // Its load less its share, in bytes per second: tells a large imbalance of next to nothing from
  // one that matters.
  double above_mean_bytes_per_second = 0;
};

// How even the loads of agents are that share the load of all of them. Pure.
LoadEvenness Evenness(const std::vector<WeightedLoad>& loads);

// How even the load is that the ACTIVE agents of a pool reported last, each compared with the
// agents of its own group, which alone share its clients; of the group that is worst. A byte
// written counts one, a byte fetched a half. Takes O(agents). Pure.
LoadEvenness ReportedEvenness(const Roster& roster);

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_LOAD_EVENNESS_H_

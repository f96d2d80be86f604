#ifndef TESTS_SIMULATION_SWARM_PEAKS_H_
#define TESTS_SIMULATION_SWARM_PEAKS_H_

#include <string>
#include <vector>

#include "tests/simulation/client_swarm.h"
#include "tests/simulation/row.h"

namespace bellwether {

// What the rows of single_agent measure.

// Numbers of agents of a row that is run with several.
std::vector<int> AgentCounts(const RunSize& size);

// How long a swarm is watched, in seconds.
double Watched(const RunSize& size);

// Lets a swarm alone until what it began with no longer shows.
void LetSettle(ClientSwarm& swarm);

// Peaks over the mean, one for each second.
struct Peaks {
  std::vector<double> all;

  double Mean() const;
  double Quantile99();
};
Peaks Watch(ClientSwarm& swarm, double seconds);

// Mean over time and 99th percentile of the peak of a swarm that nothing happens to.
struct Steady {
  Worst mean;
  Worst p99;
};
// With names that begin with `name`. What each may be at most follows.
Steady SteadyOf(const std::string& name, double mean, double p99);

// Runs a swarm for each seed.
void AddSteady(const SwarmOptions& options, const RunSize& size, Steady& steady);

}  // namespace bellwether

#endif  // TESTS_SIMULATION_SWARM_PEAKS_H_

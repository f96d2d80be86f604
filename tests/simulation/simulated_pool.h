#ifndef TESTS_SIMULATION_SIMULATED_POOL_H_
#define TESTS_SIMULATION_SIMULATED_POOL_H_

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "controlplane/assignment/plan_input.h"
#include "controlplane/assignment/plan_options.h"
#include "controlplane/assignment/plan_report.h"
#include "controlplane/assignment/plan_state.h"
#include "tests/simulation/workload.h"

namespace bellwether {

// Who leads what at one moment: hashes of agents, at the positions of a Traffic.
struct Placement {
  // 0 for those that have several leaders.
  std::vector<uint64_t> leaders;
  std::unordered_map<size_t, std::vector<uint64_t>> several;

  // How many leaders there are beyond one for each partition.
  size_t ExtraLeaders() const;
};

// What happened between two placements.
struct Movement {
  // Of the traffic: r * (1 - sum of the smaller shares).
  double traffic = 0;
  // Partitions of which anything moved.
  size_t changes = 0;
};
Movement MovedBetween(const Placement& before, const Placement& after, const Traffic& traffic);

// Who leads what of that traffic in a plan.
Placement PlacementIn(const PlanState& state, const Traffic& traffic);

// Bytes per second by agent hash, where clients go by that placement.
std::unordered_map<uint64_t, double> LoadsUnder(const Placement& placement, const Traffic& traffic);

// Options as the acceptance table wants them: without slack, and without a floor for hot
// partitions.
PlanOptions TableOptions();

// A pool that is planned by the product's own code, with the time and the traffic of a simulation.
class SimulatedPool {
 public:
  SimulatedPool(int agents, uint64_t seed, const PlanOptions& options = TableOptions());

  static uint64_t AgentHash(int number, uint64_t seed);

  // A plan from nothing for that traffic.
  void Build(const Traffic& traffic);
  PlanReport RunRound(const Measurements& measurements);
  // Lets agents come and go between ticks.
  PlanReport ApplyMembers();

  Placement PlacementOf(const Traffic& traffic) const;
  // LoadsUnder the plan as it is.
  std::unordered_map<uint64_t, double> Loads(const Traffic& traffic) const;
  // The largest load of an agent that serves, for its weight, over the mean.
  double Peak(const Traffic& traffic) const;
  size_t ServingCount() const;

  PlanOptions options;
  std::vector<MemberInput> members;
  PlanState state;
};

// Sum over the causes.
uint64_t BytesMoved(const PlanReport& report);

}  // namespace bellwether

#endif  // TESTS_SIMULATION_SIMULATED_POOL_H_

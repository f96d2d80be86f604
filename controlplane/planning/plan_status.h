#ifndef CONTROLPLANE_PLANNING_PLAN_STATUS_H_
#define CONTROLPLANE_PLANNING_PLAN_STATUS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "controlplane/assignment/plan.h"
#include "controlplane/assignment/plan_state.h"
#include "controlplane/planning/load_evenness.h"

namespace bellwether {

// Figures of one plan, for metrics.
struct PlanStatus {
  // Since the start, by MoveCause.
  std::array<uint64_t, kMoveCauseCount> moves_by_cause = {};
  // How often a partition's traffic was ignored because there were too many partitions, since the
  // start.
  uint64_t partitions_ignored = 0;
  // Partitions with known traffic or an override.
  size_t partitions = 0;
  size_t spread = 0;
  size_t moved = 0;
  size_t unsplittable = 0;
  LoadEvenness evenness;
};

// The load that the plan assigns to each agent of state.agents, including background load, as Load
// counts it. Takes O(partitions).
std::vector<double> AssignedLoads(const PlanState& state);

// The evenness of that load, in bytes per second. It is the load that the plan expects: the agents
// of a spread partition may get unequal parts of it (ReportedEvenness). Takes O(partitions).
LoadEvenness Evenness(const PlanState& state);

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_PLAN_STATUS_H_

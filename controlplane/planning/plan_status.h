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

// Figures of one pool's plan, for people who watch it. A value.
struct PlanStatus {
  // Since the start, at the positions of MoveCause.
  std::array<uint64_t, kMoveCauseCount> moves_by_cause = {};
  // Times that the traffic of a partition was left out because there were too many, since the
  // start.
  uint64_t partitions_ignored = 0;
  // Partitions with known traffic or an exception.
  size_t partitions = 0;
  size_t spread = 0;
  size_t moved = 0;
  size_t unsplittable = 0;
  LoadEvenness evenness;
};

// The load that the plan assigns to each agent of state.agents, with what it carries beside, as
// Load counts it. Takes O(partitions). Pure.
std::vector<double> AssignedLoads(const PlanState& state);

// How even that load is, in bytes per second. It is what the plan expects: the agents of a spread
// partition may get unequal parts of it (ReportedEvenness). Takes O(partitions). Pure.
LoadEvenness Evenness(const PlanState& state);

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_PLAN_STATUS_H_

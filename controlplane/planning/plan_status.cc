#include "controlplane/planning/plan_status.h"

#include <algorithm>

namespace bellwether {

std::vector<double> AssignedLoads(const PlanState& state) {
  std::vector<double> loads;
  loads.reserve(state.agents.size());
  for (const PlanSlot& slot : state.agents) loads.push_back(static_cast<double>(slot.base));
  for (const PartitionState& partition : state.partitions) {
    if (partition.leader < loads.size()) {
      loads[partition.leader] += static_cast<double>(partition.rate);
    }
  }
  for (const auto& [hash, several] : state.spread) {
    const PartitionState* partition = state.FindPartition(hash);
    for (const AgentPosition member : several.members) {
      loads[member] +=
          static_cast<double>(partition->rate) / static_cast<double>(several.members.size());
    }
  }
  return loads;
}

LoadEvenness Evenness(const PlanState& state) {
  const std::vector<double> loads = AssignedLoads(state);
  double sum = 0;
  double weights = 0;
  double peak = 0;
  for (size_t i = 0; i < loads.size(); ++i) {
    const double weight = state.agents[i].weight();
    sum += loads[i];
    weights += weight;
    peak = std::max(peak, loads[i] / weight);
  }
  if (sum <= 0) return {};
  const double mean = sum / weights;
  return {peak / mean, peak - mean};
}

}  // namespace bellwether

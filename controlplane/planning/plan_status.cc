#include "controlplane/planning/plan_status.h"

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
  constexpr double kLoadPerByte = Load{1} << kLoadFractionBits;
  const std::vector<double> assigned = AssignedLoads(state);
  std::vector<WeightedLoad> loads;
  loads.reserve(assigned.size());
  for (size_t i = 0; i < assigned.size(); ++i) {
    loads.push_back({assigned[i] / kLoadPerByte, static_cast<double>(state.agents[i].weight())});
  }
  return Evenness(loads);
}

}  // namespace bellwether

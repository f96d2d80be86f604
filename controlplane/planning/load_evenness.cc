#include "controlplane/planning/load_evenness.h"

#include <map>

#include "absl/strings/string_view.h"

namespace bellwether {

LoadEvenness Evenness(const std::vector<WeightedLoad>& loads) {
  double sum = 0;
  double weights = 0;
  const WeightedLoad* peak = nullptr;
  for (const WeightedLoad& agent : loads) {
    sum += agent.load;
    weights += agent.weight;
    if (peak == nullptr || agent.load * peak->weight > peak->load * agent.weight) peak = &agent;
  }
  if (sum <= 0) return {};
  const double share = sum / weights * peak->weight;
  return {peak->load / share, peak->load - share};
}

LoadEvenness ReportedEvenness(const Roster& roster) {
  std::map<absl::string_view, std::vector<WeightedLoad>> groups;
  for (const RosterEntry& entry : roster.entries) {
    if (entry.state != AgentState::kActive || entry.report == nullptr) continue;
    const AgentSpec& spec = entry.registration->spec;
    const AgentLoad& load = entry.report->load;
    groups[spec.agent_group].push_back({load.bytes_in_per_second + 0.5 * load.bytes_out_per_second,
                                        static_cast<double>(spec.weight)});
  }
  LoadEvenness worst;
  for (const auto& [group, loads] : groups) {
    const LoadEvenness evenness = Evenness(loads);
    if (evenness.imbalance > worst.imbalance) worst = evenness;
  }
  return worst;
}

}  // namespace bellwether

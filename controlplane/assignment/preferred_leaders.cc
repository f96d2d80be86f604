#include "controlplane/assignment/preferred_leaders.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "controlplane/assignment/agent_draws.h"

namespace bellwether {

AgentPosition PositionOfAgent(const PlanState& state, uint64_t hash) {
  const auto found =
      std::lower_bound(state.agents.begin(), state.agents.end(), hash,
                       [](const PlanSlot& slot, uint64_t wanted) { return slot.hash < wanted; });
  return found != state.agents.end() && found->hash == hash
             ? static_cast<AgentPosition>(found - state.agents.begin())
             : kNoAgent;
}

void ReplaceAgents(PlanState& state, std::vector<PlanSlot> agents) {
  const std::vector<PlanSlot> before = std::exchange(state.agents, std::move(agents));
  std::vector<AgentPosition> moved_to;
  moved_to.reserve(before.size());
  for (const PlanSlot& slot : before) moved_to.push_back(PositionOfAgent(state, slot.hash));
  const auto translate = [&](AgentPosition& position) {
    if (position < moved_to.size()) position = moved_to[position];
  };
  for (PartitionState& partition : state.partitions) {
    translate(partition.leader);
    translate(partition.preferred);
  }
  // Both lists are sorted by hash, so that the members stay in order.
  for (auto& [hash, several] : state.spread) {
    for (AgentPosition& member : several.members) translate(member);
    for (AssignedClient& assigned : several.assigned_clients) translate(assigned.member);
  }
  for (auto takeover = state.takeovers.begin(); takeover != state.takeovers.end();) {
    const bool stands = PositionOfAgent(state, takeover->first.second) != kNoAgent &&
                        PositionOfAgent(state, takeover->second) != kNoAgent;
    takeover = stands ? std::next(takeover) : state.takeovers.erase(takeover);
  }
}

void UpdatePreferredLeaders(PlanState& state, const std::vector<bool>& gains,
                            const std::vector<bool>& losses) {
  const AgentDraws draws = DrawsOf(state);
  std::vector<AgentPosition> gaining;
  for (size_t i = 0; i < gains.size(); ++i) {
    if (gains[i]) gaining.push_back(static_cast<AgentPosition>(i));
  }
  for (PartitionState& partition : state.partitions) {
    if (partition.preferred == kNoAgent || losses[partition.preferred]) {
      partition.preferred = draws.First(
          partition.hash, [&](AgentPosition agent) { return !state.agents[agent].leaving; });
      continue;
    }
    for (const AgentPosition agent : gaining) {
      if (draws.Prefers(partition.hash, agent, partition.preferred)) partition.preferred = agent;
    }
  }
}

}  // namespace bellwether

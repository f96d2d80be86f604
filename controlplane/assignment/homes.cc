#include "controlplane/assignment/homes.h"

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
    translate(partition.home);
  }
  // Both lists are sorted by hash, so that the members stay in order.
  for (auto& [hash, several] : state.spread) {
    for (AgentPosition& member : several.members) translate(member);
    for (DealtClient& dealt : several.deal) translate(dealt.member);
  }
  for (auto loan = state.loans.begin(); loan != state.loans.end();) {
    const bool stands = PositionOfAgent(state, loan->first.second) != kNoAgent &&
                        PositionOfAgent(state, loan->second) != kNoAgent;
    loan = stands ? std::next(loan) : state.loans.erase(loan);
  }
}

void UpdateHomes(PlanState& state, const std::vector<bool>& gains,
                 const std::vector<bool>& losses) {
  const AgentDraws draws = DrawsOf(state);
  std::vector<AgentPosition> gaining;
  for (size_t i = 0; i < gains.size(); ++i) {
    if (gains[i]) gaining.push_back(static_cast<AgentPosition>(i));
  }
  for (PartitionState& partition : state.partitions) {
    if (partition.home == kNoAgent || losses[partition.home]) {
      partition.home = draws.First(
          partition.hash, [&](AgentPosition agent) { return !state.agents[agent].leaving; });
      continue;
    }
    for (const AgentPosition agent : gaining) {
      if (draws.Prefers(partition.hash, agent, partition.home)) partition.home = agent;
    }
  }
}

}  // namespace bellwether

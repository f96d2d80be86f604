#include "controlplane/planning/plan_members.h"

#include <algorithm>
#include <cstdint>

namespace bellwether {
namespace {

bool IsPlanned(const PlanState& state, uint64_t hash) {
  const auto found =
      std::lower_bound(state.agents.begin(), state.agents.end(), hash,
                       [](const PlanSlot& slot, uint64_t wanted) { return slot.hash < wanted; });
  return found != state.agents.end() && found->hash == hash;
}

bool IsMember(const ViewAgent& agent, const PlanState& state) {
  switch (agent.state) {
    case AgentState::kActive:
      return true;
    case AgentState::kStale:
    case AgentState::kJoining:
      return IsPlanned(state, agent.hash);
    case AgentState::kDraining:
    case AgentState::kDead:
      break;
  }
  return false;
}

}  // namespace

std::vector<MemberInput> PlanMembers(const PoolView& view, const PlanState& state) {
  std::vector<MemberInput> members;
  members.reserve(view.agents.size());
  for (const auto& agent : view.agents) {
    if (IsMember(*agent, state)) members.push_back({agent->hash, agent->weight(), false});
  }
  return members;
}

}  // namespace bellwether

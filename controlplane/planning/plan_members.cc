#include "controlplane/planning/plan_members.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace bellwether {
namespace {

// The agent's slot in the plan, or nullptr.
const PlanSlot* FindSlot(const PlanState& state, uint64_t hash) {
  const auto found =
      std::lower_bound(state.agents.begin(), state.agents.end(), hash,
                       [](const PlanSlot& slot, uint64_t wanted) { return slot.hash < wanted; });
  return found != state.agents.end() && found->hash == hash ? &*found : nullptr;
}

// The agent as input to the plan; nullopt: the plan leaves it out.
std::optional<MemberInput> MemberOf(const ViewAgent& agent, const PlanState& state) {
  const MemberInput serving{agent.hash, agent.weight(), false};
  const MemberInput reserved{agent.hash, agent.weight(), true};
  const PlanSlot* const slot = FindSlot(state, agent.hash);
  switch (agent.state) {
    case AgentState::kActive:
      return serving;
    case AgentState::kSuspect:
    case AgentState::kJoining:
      // An agent that returns takes its partitions back once it can be returned as a leader.
      if (slot != nullptr) return slot->reserved ? reserved : serving;
      break;
    case AgentState::kDraining:
      if (slot != nullptr && agent.registration.restarting && !agent.registration.draining) {
        return reserved;
      }
      break;
    case AgentState::kDead:
      break;
  }
  return std::nullopt;
}

}  // namespace

std::vector<MemberInput> PlanMembers(const PoolView& view, const std::string& zone,
                                     const PlanState& state) {
  std::vector<MemberInput> members;
  members.reserve(view.agents.size());
  for (const auto& agent : view.agents) {
    if (!zone.empty() && agent->registration.spec.zone != zone) continue;
    const std::optional<MemberInput> member = MemberOf(*agent, state);
    if (member.has_value()) members.push_back(*member);
  }
  return members;
}

}  // namespace bellwether

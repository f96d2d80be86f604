#include "controlplane/model/pool_view.h"

#include <algorithm>

#include "absl/strings/string_view.h"

namespace bellwether {

const ViewAgent* PoolView::FindAgent(absl::string_view agent_id) const {
  const auto id_of = [](const std::shared_ptr<const ViewAgent>& agent) -> absl::string_view {
    return agent->registration.spec.agent_id;
  };
  const auto it = std::lower_bound(
      agents.begin(), agents.end(), agent_id,
      [&](const auto& agent, absl::string_view wanted) { return id_of(agent) < wanted; });
  return it != agents.end() && id_of(*it) == agent_id ? it->get() : nullptr;
}

namespace {

template <typename Belongs>
void ChooseAmong(Belongs belongs, PoolView& view) {
  view.candidates.clear();
  // If no agent has a better state, agents of the next best state serve.
  for (const AgentState state :
       {AgentState::kActive, AgentState::kJoining, AgentState::kSuspect, AgentState::kDraining}) {
    for (uint32_t i = 0; i < view.agents.size(); ++i) {
      const ViewAgent& agent = *view.agents[i];
      if (agent.state == state && agent.is_listed() && belongs(agent)) view.candidates.push_back(i);
    }
    if (!view.candidates.empty()) return;
  }
}

}  // namespace

void ChooseCandidates(PoolView& view) {
  ChooseAmong([](const ViewAgent&) { return true; }, view);
}

void ChooseCandidatesOfGroup(absl::string_view agent_group, PoolView& view) {
  ChooseAmong(
      [&](const ViewAgent& agent) { return agent.registration.spec.agent_group == agent_group; },
      view);
}

}  // namespace bellwether

#include "controlplane/assignment/leader_grounds.h"

#include <algorithm>
#include <utility>

#include "absl/strings/string_view.h"
#include "controlplane/assignment/listed_brokers.h"
#include "controlplane/assignment/preference_list.h"
#include "controlplane/base/status_macros.h"

namespace bellwether {
namespace {

// Position of the agent in view.agents; nullopt if it is not there.
std::optional<uint32_t> PositionOf(absl::string_view agent_id, const PoolView& view) {
  if (agent_id.empty()) return std::nullopt;
  const auto at =
      std::lower_bound(view.agents.begin(), view.agents.end(), agent_id,
                       [](const std::shared_ptr<const ViewAgent>& agent, absl::string_view wanted) {
                         return agent->registration.spec.agent_id < wanted;
                       });
  if (at == view.agents.end() || (*at)->registration.spec.agent_id != agent_id) return std::nullopt;
  return static_cast<uint32_t>(at - view.agents.begin());
}

}  // namespace

StrategyChoice ChooseStrategy(const StrategyWishes& wishes) {
  if (wishes.client_id.has_value()) return {*wishes.client_id, StrategySource::kClientId};
  if (wishes.agent.has_value()) return {*wishes.agent, StrategySource::kAgent};
  if (wishes.virtual_cluster.has_value()) {
    return {*wishes.virtual_cluster, StrategySource::kVirtualCluster};
  }
  return {kSystemDefaultStrategy, StrategySource::kSystem};
}

absl::StatusOr<LeaderGrounds> FindGrounds(const AskingClient& client, const VirtualCluster& cluster,
                                          const std::shared_ptr<const LeaderView>& pool,
                                          const AgentLoads& loads, MonotonicTime now) {
  LeaderGrounds grounds;
  const PoolView& view = *pool->view;
  grounds.client = ClientHash(client.client_id, client.client_address);
  grounds.features = ParseClientId(client.client_id, *pool->known_names);
  grounds.asked = PositionOf(client.agent_id, view);
  const std::string* const asked_group =
      grounds.asked.has_value() ? &view.agents[*grounds.asked]->registration.spec.agent_group
                                : nullptr;
  ASSIGN_OR_RETURN(grounds.agents, ChooseAgents(pool, cluster, client.client_address, asked_group,
                                                loads, now, grounds.features));
  const auto limit = static_cast<size_t>(cluster.max_listed_brokers);
  if (limit > 0 && limit < grounds.leaders().listed.size()) {
    grounds.listed =
        ListedBrokers(grounds.leaders(), limit, grounds.client, grounds.agents.zone.value_or(""));
    grounds.listed_candidates = ListedCandidates(grounds.leaders(), *grounds.listed);
  }
  grounds.wishes.client_id = grounds.features.strategy;
  if (grounds.asked.has_value()) {
    grounds.wishes.agent = view.agents[*grounds.asked]->registration.spec.default_strategy;
  }
  grounds.wishes.virtual_cluster = cluster.default_strategy;
  grounds.strategy = ChooseStrategy(grounds.wishes);
  return grounds;
}

uint32_t PreferredAgent(uint64_t client_hash, const PoolView& view,
                        const std::vector<uint32_t>& candidates) {
  const auto score = [&](uint32_t position) {
    const ViewAgent& agent = *view.agents[position];
    return PreferenceScoreOf(client_hash, {agent.hash, agent.weight()});
  };
  return *std::min_element(candidates.begin(), candidates.end(),
                           [&](uint32_t a, uint32_t b) { return Beats(score(a), score(b)); });
}

}  // namespace bellwether

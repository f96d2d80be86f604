#include "controlplane/assignment/leader_view.h"

#include <algorithm>
#include <string>

namespace bellwether {
namespace {

std::vector<uint64_t> CumulativeWeights(const PoolView& view) {
  std::vector<uint64_t> sums;
  sums.reserve(view.candidates.size());
  uint64_t sum = 0;
  for (const uint32_t candidate : view.candidates) {
    sum += view.agents[candidate]->weight();
    sums.push_back(sum);
  }
  return sums;
}

// Adds `name` to a sorted list without duplicates.
void AddName(const std::string& name, std::vector<std::string>& names) {
  if (name.empty()) return;
  const auto at = std::lower_bound(names.begin(), names.end(), name);
  if (at == names.end() || *at != name) names.insert(at, name);
}

// Includes the names of DEAD agents: a client of a zone that is down now made no mistake.
KnownNames NamesIn(const PoolView& view) {
  KnownNames names;
  for (const auto& agent : view.agents) {
    AddName(agent->registration.spec.zone, names.zones);
    AddName(agent->registration.spec.agent_group, names.agent_groups);
  }
  for (const std::string& zone : view.recent_zones) AddName(zone, names.zones);
  for (const std::string& group : view.recent_agent_groups) AddName(group, names.agent_groups);
  return names;
}

bool HasSeveralGroups(const PoolView& view) {
  return std::any_of(view.agents.begin(), view.agents.end(), [&](const auto& agent) {
    return agent->registration.spec.agent_group !=
           view.agents.front()->registration.spec.agent_group;
  });
}

}  // namespace

void PrepareCandidates(LeaderView& leaders) {
  leaders.cumulative_weights = CumulativeWeights(*leaders.view);
  leaders.load = std::make_shared<PoolLoad>();
}

void PrepareForQueries(LeaderView& leaders) {
  PrepareCandidates(leaders);
  leaders.known_names = std::make_shared<const KnownNames>(NamesIn(*leaders.view));
  leaders.has_groups = HasSeveralGroups(*leaders.view);
  leaders.listed.clear();
  for (uint32_t i = 0; i < leaders.view->agents.size(); ++i) {
    if (leaders.view->agents[i]->is_listed()) leaders.listed.push_back(i);
  }
}

void PrepareLookups(const PlanSet& plans, const LeaderView* earlier, LeaderView& leaders) {
  const std::vector<LookupAgent> agents = LookupAgentsOf(*leaders.view);
  leaders.lookup = std::make_shared<const PlanLookup>(
      plans.whole, agents, nullptr, earlier == nullptr ? nullptr : earlier->lookup.get());
  leaders.zone_lookups.clear();
  for (const auto& [zone, plan] : plans.zones) {
    const PlanLookup* known = nullptr;
    if (earlier != nullptr) {
      const auto found = earlier->zone_lookups.find(zone);
      if (found != earlier->zone_lookups.end()) known = found->second.get();
    }
    leaders.zone_lookups[zone] = std::make_shared<const PlanLookup>(plan, agents, nullptr, known);
  }
}

std::vector<LookupAgent> LookupAgentsOf(const PoolView& view) {
  std::vector<LookupAgent> agents;
  agents.reserve(view.agents.size());
  for (const auto& agent : view.agents) agents.push_back({agent->hash, agent->weight(), false});
  for (const uint32_t candidate : view.candidates) agents[candidate].candidate = true;
  return agents;
}

}  // namespace bellwether

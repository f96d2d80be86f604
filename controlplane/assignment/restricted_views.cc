#include "controlplane/assignment/restricted_views.h"

#include <algorithm>
#include <utility>

#include "controlplane/assignment/leader_view.h"

namespace bellwether {

bool Fits(const AgentSpec& agent, const Restriction& restriction) {
  if (restriction.agent_group.has_value() && agent.agent_group != *restriction.agent_group) {
    return false;
  }
  if (restriction.zone.has_value() && agent.zone != *restriction.zone) return false;
  return !restriction.role.has_value() || agent.roles.empty() ||
         std::count(agent.roles.begin(), agent.roles.end(), *restriction.role) > 0;
}

namespace {

std::shared_ptr<const LeaderView> MakePart(const LeaderView& whole,
                                           const Restriction& restriction) {
  auto view = std::make_shared<PoolView>(*whole.view);
  const auto leave_out = [&](const Restriction& wanted, std::vector<uint32_t>& positions) {
    positions.erase(std::remove_if(positions.begin(), positions.end(),
                                   [&](uint32_t position) {
                                     return !Fits(view->agents[position]->registration.spec,
                                                  wanted);
                                   }),
                    positions.end());
  };
  // A group is a pool of its own: if it has no ACTIVE agent, its agents in the next best state are
  // candidates.
  if (restriction.agent_group.has_value()) {
    ChooseCandidatesOfGroup(*restriction.agent_group, *view);
  }
  leave_out(restriction, view->candidates);
  auto part = std::make_shared<LeaderView>(whole);
  part->view = view;
  // Broker lists do not depend on role and zone.
  Restriction group;
  group.agent_group = restriction.agent_group;
  leave_out(group, part->listed);
  // A part has no parts, and must not keep the owner of the parts alive.
  part->parts = nullptr;
  PrepareCandidates(*part);
  const auto own_plan = restriction.zone.has_value() ? whole.zone_lookups.find(*restriction.zone)
                                                     : whole.zone_lookups.end();
  const bool has_own_plan = own_plan != whole.zone_lookups.end();
  if (has_own_plan) part->plan_zone = own_plan->first;
  part->zone_lookups.clear();
  part->lookup =
      (has_own_plan ? own_plan->second : whole.lookup)->Among(LookupAgentsOf(*part->view));
  return part;
}

}  // namespace

std::shared_ptr<const LeaderView> RestrictedViews::Find(const LeaderView& whole,
                                                        const Restriction& restriction) {
  std::shared_ptr<const Parts> parts = parts_.Get();
  const auto known = parts->find(restriction);
  if (known != parts->end()) return known->second;

  std::shared_ptr<const LeaderView> part = MakePart(whole, restriction);
  while (parts->size() < kMaxKept) {
    auto next = std::make_shared<Parts>(*parts);
    // If several threads made the same part, the first is kept, with the results in its PoolLoad.
    const auto [kept, inserted] = next->emplace(restriction, part);
    if (!inserted || parts_.Replace(parts, next)) return kept->second;
    parts = parts_.Get();
  }
  return part;
}

}  // namespace bellwether

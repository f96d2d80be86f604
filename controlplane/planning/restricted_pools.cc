#include "controlplane/planning/restricted_pools.h"

#include <algorithm>
#include <utility>

#include "controlplane/planning/pool_plan.h"
#include "controlplane/planning/pool_snapshot.h"

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

std::shared_ptr<const PoolSnapshot> MakePart(const PoolSnapshot& whole,
                                             const Restriction& restriction) {
  auto view = std::make_shared<PoolView>(*whole.view);
  view->candidates.clear();
  for (const uint32_t position : whole.view->candidates) {
    if (Fits(view->agents[position]->registration.spec, restriction)) {
      view->candidates.push_back(position);
    }
  }
  auto part = std::make_shared<PoolSnapshot>(whole);
  part->view = std::move(view);
  // A part has no parts of its own; nor may it keep alive those that keep it.
  part->parts = nullptr;
  PrepareCandidates(*part);
  part->lookup = whole.lookup->Among(LookupAgentsOf(*part->view));
  return part;
}

}  // namespace

std::shared_ptr<const PoolSnapshot> RestrictedPools::Find(const PoolSnapshot& whole,
                                                          const Restriction& restriction) {
  const std::shared_ptr<const Parts> parts = parts_.Get();
  const auto known = parts->find(restriction);
  if (known != parts->end()) return known->second;

  std::shared_ptr<const PoolSnapshot> part = MakePart(whole, restriction);
  MutexLock lock(mutex_);
  auto next = std::make_shared<Parts>(*parts_.Get());
  if (next->size() >= kMaxKept) return part;
  // Of several that made the same one, the first is kept, with what its PoolLoad has found.
  const std::shared_ptr<const PoolSnapshot> kept =
      next->emplace(restriction, std::move(part)).first->second;
  parts_.Publish(std::move(next));
  return kept;
}

}  // namespace bellwether

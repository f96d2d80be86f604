#include "controlplane/service/pool_view_proto.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "bellwether/v1/discovery.pb.h"
#include "controlplane/model/resource_name.h"
#include "controlplane/service/agent_proto.h"

namespace bellwether {
namespace {

v1::WatchedCluster ToProto(const WatchedPool& pool) {
  const VirtualCluster& cluster = *pool.cluster;
  v1::WatchedCluster proto;
  proto.set_name(FormatVirtualClusterName(cluster.id));
  proto.set_uid(cluster.uid);
  if (cluster.default_strategy.has_value()) {
    proto.set_default_partition_assignment_strategy(
        std::string(StrategyName(*cluster.default_strategy)));
  }
  for (const ZoneCidr& cidr : cluster.zone_cidrs) {
    v1::ZoneCidr& added = *proto.add_zone_cidrs();
    added.set_cidr(cidr.cidr);
    added.set_zone(cidr.zone);
  }
  proto.set_agent_pool(FormatAgentPoolName(cluster.agent_pool_id));
  proto.set_agent_group_fallback(cluster.agent_group_fallback);
  proto.set_max_listed_brokers(cluster.max_listed_brokers);
  proto.set_redirects_disabled(pool.redirects_disabled);
  return proto;
}

v1::WatchedAgent ToProto(const ViewAgent& agent) {
  const AgentSpec& spec = agent.registration.spec;
  v1::WatchedAgent proto;
  proto.set_agent_id(spec.agent_id);
  proto.set_broker_id(agent.registration.broker_id);
  proto.set_host(spec.address.host);
  proto.set_port(spec.address.port);
  proto.set_zone(spec.zone);
  for (const AgentRole role : spec.roles) proto.add_roles(std::string(AgentRoleName(role)));
  proto.set_agent_group(spec.agent_group);
  proto.set_weight(spec.weight);
  if (spec.default_strategy.has_value()) {
    proto.set_default_partition_assignment_strategy(
        std::string(StrategyName(*spec.default_strategy)));
  }
  proto.set_state(ToProto(agent.state));
  proto.set_gone(agent.registration.gone_to_restart());
  return proto;
}

void AddRecentNames(const PoolView& view, v1::WatchPoolResponse& message) {
  v1::RecentNames& names = *message.mutable_recent_names();
  names.mutable_zones()->Add(view.recent_zones.begin(), view.recent_zones.end());
  names.mutable_agent_groups()->Add(view.recent_agent_groups.begin(),
                                    view.recent_agent_groups.end());
}

bool HaveSameRecentNames(const PoolView& a, const PoolView& b) {
  return a.recent_zones == b.recent_zones && a.recent_agent_groups == b.recent_agent_groups;
}

// Merges two sorted lists: calls `gone` for each element that only the first contains, and `here`
// for each element of the second, with its counterpart in the first or nullptr.
template <typename T, typename Key, typename Gone, typename Here>
void Compare(const std::vector<T>& before, const std::vector<T>& after, Key key, Gone gone,
             Here here) {
  size_t old = 0;
  for (const T& now : after) {
    while (old < before.size() && key(before[old]) < key(now)) gone(before[old++]);
    const bool is_there = old < before.size() && key(before[old]) == key(now);
    here(is_there ? &before[old] : nullptr, now);
    if (is_there) ++old;
  }
  while (old < before.size()) gone(before[old++]);
}

void CompareAgents(const PoolView& before, const PoolView& after, v1::WatchPoolResponse& message) {
  using Agent = std::shared_ptr<const ViewAgent>;
  Compare(
      before.agents, after.agents,
      [](const Agent& agent) -> const std::string& { return agent->registration.spec.agent_id; },
      [&](const Agent& agent) { message.add_gone_agent_ids(agent->registration.spec.agent_id); },
      [&](const Agent* old, const Agent& agent) {
        if (old == nullptr || *old != agent) *message.add_agents() = ToProto(*agent);
      });
}

// Whether leaders and client assignment are equal, even if the plans have them at different
// positions.
bool IsSame(const Spread& a, const Plan& plan_a, const Spread& b, const Plan& plan_b) {
  const auto hash_in = [](const Plan& plan) {
    return [&plan](AgentPosition position) { return plan.agents[position].hash; };
  };
  const auto same_agent = [hash_a = hash_in(plan_a), hash_b = hash_in(plan_b)](
                              AgentPosition x, AgentPosition y) { return hash_a(x) == hash_b(y); };
  return std::equal(a.members.begin(), a.members.end(), b.members.begin(), b.members.end(),
                    same_agent) &&
         std::equal(a.assigned_clients.begin(), a.assigned_clients.end(),
                    b.assigned_clients.begin(), b.assigned_clients.end(),
                    [&](const AssignedClient& x, const AssignedClient& y) {
                      return x.client == y.client && same_agent(x.member, y.member);
                    });
}

void AddSpread(const Spread& spread, const Plan& plan, v1::PlanChange& change) {
  v1::SpreadPartition& proto = *change.add_spread();
  proto.set_partition(spread.partition);
  for (const AgentPosition member : spread.members) {
    proto.add_leaders(plan.agents[member].hash);
  }
  for (const AssignedClient& assigned : spread.assigned_clients) {
    const auto place =
        std::lower_bound(spread.members.begin(), spread.members.end(), assigned.member);
    // Whom the plan has as a leader no more leads by the client's score.
    if (place == spread.members.end() || *place != assigned.member) continue;
    proto.add_clients(assigned.client);
    proto.add_assigned_to(static_cast<uint32_t>(place - spread.members.begin()));
  }
}

void ComparePlans(const Plan& before, const Plan& after, v1::PlanChange& change) {
  Compare(
      before.agents, after.agents, [](const PlanAgent& agent) { return agent.hash; },
      [&](const PlanAgent& agent) { change.add_gone_agents(agent.hash); },
      [&](const PlanAgent* old, const PlanAgent& agent) {
        if (old != nullptr && old->weight == agent.weight) return;
        v1::PlannedAgent& proto = *change.add_agents();
        proto.set_agent(agent.hash);
        proto.set_weight(agent.weight);
      });
  // A partition that leaves one list may come into the other: then it is not settled.
  const auto settle = [&](uint64_t partition) {
    if (after.FindMoved(partition) == nullptr && after.FindSpread(partition) == nullptr) {
      change.add_settled(partition);
    }
  };
  Compare(
      before.moved, after.moved, [](const MovedPartition& one) { return one.partition; },
      [&](const MovedPartition& one) { settle(one.partition); },
      [&](const MovedPartition* old, const MovedPartition& one) {
        const uint64_t leader = after.agents[one.leader].hash;
        if (old != nullptr && before.agents[old->leader].hash == leader) return;
        change.add_moved(one.partition);
        change.add_moved_to(leader);
      });
  Compare(
      before.spread, after.spread, [](const Spread& one) { return one.partition; },
      [&](const Spread& one) { settle(one.partition); },
      [&](const Spread* old, const Spread& one) {
        if (old == nullptr || !IsSame(*old, before, one, after)) AddSpread(one, after, change);
      });
}

void CompareZonePlans(const PlanSet& before, const PlanSet& after, v1::WatchPoolResponse& message) {
  for (const auto& [zone, plan] : before.zones) {
    if (after.zones.count(zone) == 0) message.add_zone_plans()->set_zone(zone);
  }
  for (const auto& [zone, plan] : after.zones) {
    const auto old = before.zones.find(zone);
    if (old != before.zones.end() && old->second == plan) continue;
    v1::ZonePlanChange& change = *message.add_zone_plans();
    change.set_zone(zone);
    ComparePlans(old == before.zones.end() ? Plan() : *old->second, *plan, *change.mutable_plan());
  }
}

void AddLoadLevels(const WatchedPool& pool, v1::WatchPoolResponse& message) {
  message.mutable_load_levels()->Add(pool.load_levels.begin(), pool.load_levels.end());
}

}  // namespace

std::string PoolViewEncoder::EncodeView(const WatchedPool& pool, int64_t position) const {
  v1::WatchPoolResponse message;
  message.set_position(position);
  message.set_view_version(pool.view->version);
  *message.mutable_cluster() = ToProto(pool);
  CompareAgents(PoolView(), *pool.view, message);
  AddRecentNames(*pool.view, message);
  ComparePlans(Plan(), *pool.plans.whole, *message.mutable_plan());
  CompareZonePlans(PlanSet(), pool.plans, message);
  AddLoadLevels(pool, message);
  return message.SerializeAsString();
}

std::string PoolViewEncoder::EncodeChange(const WatchedPool& before, int64_t base_position,
                                          const WatchedPool& after, int64_t position) const {
  v1::WatchPoolResponse message;
  message.set_position(position);
  message.set_base_position(base_position);
  message.set_view_version(after.view->version);
  if (after.cluster != before.cluster || after.redirects_disabled != before.redirects_disabled) {
    *message.mutable_cluster() = ToProto(after);
  }
  CompareAgents(*before.view, *after.view, message);
  if (!HaveSameRecentNames(*before.view, *after.view)) AddRecentNames(*after.view, message);
  if (after.plans.whole != before.plans.whole) {
    ComparePlans(*before.plans.whole, *after.plans.whole, *message.mutable_plan());
  }
  CompareZonePlans(before.plans, after.plans, message);
  if (after.load_levels != CarryLoadLevels(before, *after.view)) AddLoadLevels(after, message);
  return message.SerializeAsString();
}

}  // namespace bellwether

#include "agentclient/pool_replica.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "controlplane/assignment/preference_list.h"
#include "controlplane/base/stable_hash.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/model/limits.h"
#include "controlplane/model/resource_name.h"

namespace bellwether {
namespace {

// A zone whose least busy agent is above this may be overloaded by now: loads are reported with a
// delay, and only after large changes.
constexpr double kMayBeOverloaded = PoolLoad::kOverloaded - 0.15;

absl::Status Unusable(absl::string_view what) {
  return absl::InternalError(absl::StrCat("the control plane sent a view with ", what));
}

absl::StatusOr<std::shared_ptr<const VirtualCluster>> FromProto(const v1::WatchedCluster& proto) {
  auto cluster = std::make_shared<VirtualCluster>();
  cluster->id = std::string(StripVirtualClusterCollection(proto.name()));
  cluster->uid = proto.uid();
  cluster->agent_pool_id = std::string(StripAgentPoolCollection(proto.agent_pool()));
  cluster->default_strategy = FindStrategy(proto.default_partition_assignment_strategy());
  cluster->agent_group_fallback = proto.agent_group_fallback();
  if (proto.max_listed_brokers() < 0) return Unusable("a limit of brokers below 0");
  cluster->max_listed_brokers = proto.max_listed_brokers();
  for (const v1::ZoneCidr& cidr : proto.zone_cidrs()) {
    ASSIGN_OR_RETURN(ZoneCidr parsed, ParseZoneCidr(cidr.cidr(), cidr.zone()));
    cluster->zone_cidrs.push_back(std::move(parsed));
  }
  return std::shared_ptr<const VirtualCluster>(std::move(cluster));
}

absl::StatusOr<AgentState> FromProto(v1::Agent::State state) {
  switch (state) {
    case v1::Agent::STATE_JOINING:
      return AgentState::kJoining;
    case v1::Agent::STATE_ACTIVE:
      return AgentState::kActive;
    case v1::Agent::STATE_SUSPECT:
      return AgentState::kSuspect;
    case v1::Agent::STATE_DRAINING:
      return AgentState::kDraining;
    case v1::Agent::STATE_DEAD:
      return AgentState::kDead;
    default:
      return Unusable("an agent in a state that this agent does not know");
  }
}

absl::StatusOr<std::shared_ptr<const ViewAgent>> FromProto(const v1::WatchedAgent& proto) {
  ViewAgent agent;
  AgentSpec& spec = agent.registration.spec;
  spec.agent_id = proto.agent_id();
  spec.address = {proto.host(), proto.port()};
  spec.zone = proto.zone();
  spec.agent_group = proto.agent_group();
  spec.weight = proto.weight();
  spec.default_strategy = FindStrategy(proto.default_partition_assignment_strategy());
  for (const std::string& name : proto.roles()) {
    const std::optional<AgentRole> role = FindAgentRole(name);
    // One that a later control plane knows: an agent without roles would have all of them.
    if (!role.has_value()) return Unusable("a role that this agent does not know");
    spec.roles.push_back(*role);
  }
  if (spec.agent_id.empty()) return Unusable("an agent without an id");
  if (spec.weight < 1 || spec.weight > kMaxWeight) {
    return Unusable("an agent of impossible capacity");
  }
  agent.registration.broker_id = proto.broker_id();
  agent.registration.restarting = proto.gone();
  ASSIGN_OR_RETURN(agent.state, FromProto(proto.state()));
  agent.hash = StableHash(spec.agent_id);
  return std::make_shared<const ViewAgent>(std::move(agent));
}

absl::StatusOr<std::shared_ptr<const PoolView>> ApplyAgents(const PoolView* before,
                                                            const v1::WatchPoolResponse& message) {
  std::map<std::string, std::shared_ptr<const ViewAgent>> agents;
  if (before != nullptr) {
    for (const auto& agent : before->agents) {
      agents.emplace_hint(agents.end(), agent->registration.spec.agent_id, agent);
    }
  }
  for (const std::string& gone : message.gone_agent_ids()) agents.erase(gone);
  for (const v1::WatchedAgent& proto : message.agents()) {
    ASSIGN_OR_RETURN(agents[proto.agent_id()], FromProto(proto));
  }
  auto view = std::make_shared<PoolView>();
  view->version = message.view_version();
  view->agents.reserve(agents.size());
  for (auto& [id, agent] : agents) view->agents.push_back(std::move(agent));
  if (message.has_recent_names()) {
    const v1::RecentNames& names = message.recent_names();
    view->recent_zones.assign(names.zones().begin(), names.zones().end());
    view->recent_agent_groups.assign(names.agent_groups().begin(), names.agent_groups().end());
  } else if (before != nullptr) {
    view->recent_zones = before->recent_zones;
    view->recent_agent_groups = before->recent_agent_groups;
  }
  ChooseCandidates(*view);
  return std::shared_ptr<const PoolView>(std::move(view));
}

// A plan with agents by hash in place of positions, so that agents may come and go.
struct LoosePlan {
  std::map<uint64_t, int32_t> agents;
  std::map<uint64_t, uint64_t> moved;
  struct LooseSpread {
    std::vector<uint64_t> leaders;
    std::map<uint64_t, uint64_t> assigned_clients;
  };
  std::map<uint64_t, LooseSpread> spread;
};

LoosePlan Loosen(const Plan& plan) {
  LoosePlan loose;
  for (const PlanAgent& agent : plan.agents) {
    loose.agents.emplace_hint(loose.agents.end(), agent.hash, agent.weight);
  }
  for (const MovedPartition& one : plan.moved) {
    loose.moved.emplace_hint(loose.moved.end(), one.partition, plan.agents[one.leader].hash);
  }
  for (const Spread& one : plan.spread) {
    LoosePlan::LooseSpread& spread = loose.spread[one.partition];
    for (const AgentPosition member : one.members) {
      spread.leaders.push_back(plan.agents[member].hash);
    }
    for (const AssignedClient& assigned : one.assigned_clients) {
      spread.assigned_clients.emplace_hint(spread.assigned_clients.end(), assigned.client,
                                           plan.agents[assigned.member].hash);
    }
  }
  return loose;
}

absl::Status Change(const v1::PlanChange& change, LoosePlan& plan) {
  if (change.moved_size() != change.moved_to_size()) {
    return Unusable("moved partitions and leaders of different numbers");
  }
  for (const uint64_t gone : change.gone_agents()) plan.agents.erase(gone);
  for (const v1::PlannedAgent& agent : change.agents()) plan.agents[agent.agent()] = agent.weight();
  for (const uint64_t partition : change.settled()) {
    plan.moved.erase(partition);
    plan.spread.erase(partition);
  }
  for (int i = 0; i < change.moved_size(); ++i) {
    plan.spread.erase(change.moved(i));
    plan.moved[change.moved(i)] = change.moved_to(i);
  }
  for (const v1::SpreadPartition& proto : change.spread()) {
    if (proto.clients_size() != proto.assigned_to_size()) {
      return Unusable("assigned clients and leaders of different numbers");
    }
    plan.moved.erase(proto.partition());
    LoosePlan::LooseSpread& spread = plan.spread[proto.partition()];
    spread.leaders.assign(proto.leaders().begin(), proto.leaders().end());
    spread.assigned_clients.clear();
    for (int i = 0; i < proto.clients_size(); ++i) {
      if (proto.assigned_to(i) >= spread.leaders.size()) {
        return Unusable("a client that is assigned to no leader");
      }
      spread.assigned_clients[proto.clients(i)] = spread.leaders[proto.assigned_to(i)];
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const Plan>> Tighten(const LoosePlan& loose) {
  auto plan = std::make_shared<Plan>();
  for (const auto& [hash, weight] : loose.agents) plan->agents.push_back({hash, weight, weight});
  if (plan->agents.size() >= kNoAgent) return Unusable("more agents than a plan can have");
  bool unknown = false;
  const auto position_of = [&](uint64_t hash) {
    const auto at = std::lower_bound(
        plan->agents.begin(), plan->agents.end(), hash,
        [](const PlanAgent& agent, uint64_t wanted) { return agent.hash < wanted; });
    unknown = unknown || at == plan->agents.end() || at->hash != hash;
    return static_cast<AgentPosition>(at - plan->agents.begin());
  };
  for (const auto& [partition, leader] : loose.moved) {
    plan->moved.push_back({partition, 0, position_of(leader)});
  }
  for (const auto& [partition, from] : loose.spread) {
    Spread spread;
    spread.partition = partition;
    for (const uint64_t leader : from.leaders) spread.members.push_back(position_of(leader));
    // By hash, as the agents of a plan are.
    std::sort(spread.members.begin(), spread.members.end());
    for (const auto& [client, leader] : from.assigned_clients) {
      spread.assigned_clients.push_back({client, position_of(leader)});
    }
    plan->spread.push_back(std::move(spread));
  }
  if (unknown || !IsValidPlan(*plan)) return Unusable("a plan that is not in order");
  return std::shared_ptr<const Plan>(std::move(plan));
}

absl::StatusOr<std::shared_ptr<const Plan>> ApplyPlan(const Plan& before,
                                                      const v1::PlanChange& change) {
  LoosePlan plan = Loosen(before);
  RETURN_IF_ERROR(Change(change, plan));
  return Tighten(plan);
}

absl::StatusOr<PlanSet> ApplyPlans(PlanSet plans, const v1::WatchPoolResponse& message) {
  if (message.has_plan()) {
    ASSIGN_OR_RETURN(plans.whole, ApplyPlan(*plans.whole, message.plan()));
  }
  for (const v1::ZonePlanChange& change : message.zone_plans()) {
    if (change.zone().empty()) return Unusable("a plan of a zone without a name");
    if (!change.has_plan()) {
      plans.zones.erase(change.zone());
      continue;
    }
    const auto before = plans.zones.find(change.zone());
    ASSIGN_OR_RETURN(
        plans.zones[change.zone()],
        ApplyPlan(before == plans.zones.end() ? Plan() : *before->second, change.plan()));
  }
  return plans;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const PoolReplica>> PoolReplica::Apply(
    const std::shared_ptr<const PoolReplica>& before, const v1::WatchPoolResponse& message) {
  const bool is_full = message.base_position() == 0;
  if (!is_full && (before == nullptr || before->position_ != message.base_position())) {
    return Unusable("a change of another view than the last one");
  }
  if (!is_full && message.position() == message.base_position()) return before;
  const PoolReplica* const base = is_full ? nullptr : before.get();
  WatchedPool pool = base == nullptr ? WatchedPool() : base->pool_;
  if (is_full && (!message.has_cluster() || !message.has_plan())) {
    return Unusable("no virtual cluster or no plan");
  }
  if (message.has_cluster()) {
    ASSIGN_OR_RETURN(pool.cluster, FromProto(message.cluster()));
    pool.redirects_disabled = message.cluster().redirects_disabled();
  }
  ASSIGN_OR_RETURN(pool.view,
                   ApplyAgents(base == nullptr ? nullptr : base->pool_.view.get(), message));
  ASSIGN_OR_RETURN(pool.plans, ApplyPlans(std::move(pool.plans), message));
  if (!message.load_levels().empty()) {
    pool.load_levels.assign(message.load_levels().begin(), message.load_levels().end());
  } else if (base != nullptr) {
    pool.load_levels = CarryLoadLevels(base->pool_, *pool.view);
  }
  if (pool.load_levels.size() != pool.view->agents.size()) {
    return Unusable("loads and agents of different numbers");
  }
  return std::shared_ptr<const PoolReplica>(
      new PoolReplica(message.position(), std::move(pool), base));
}

std::shared_ptr<const PoolReplica> PoolReplica::Without(const std::set<std::string>& agent_ids,
                                                        const std::string& leaving) const {
  auto view = std::make_shared<PoolView>(*pool_.view);
  for (std::shared_ptr<const ViewAgent>& agent : view->agents) {
    const bool is_leaving = agent->registration.spec.agent_id == leaving;
    if (!is_leaving && agent_ids.count(agent->registration.spec.agent_id) == 0) continue;
    // Nothing brings back an agent that the control plane has given up.
    if (agent->state == AgentState::kDead) continue;
    auto changed = std::make_shared<ViewAgent>(*agent);
    changed->state = is_leaving ? AgentState::kDraining : AgentState::kSuspect;
    agent = std::move(changed);
  }
  ChooseCandidates(*view);
  WatchedPool pool = pool_;
  pool.view = std::move(view);
  return std::shared_ptr<const PoolReplica>(new PoolReplica(position_, std::move(pool), this));
}

PoolReplica::PoolReplica(int64_t position, WatchedPool pool, const PoolReplica* before)
    : position_(position), pool_(std::move(pool)) {
  auto leaders = std::make_shared<LeaderView>();
  leaders->view = pool_.view;
  PrepareLookups(pool_.plans, before == nullptr ? nullptr : before->leaders_.get(), *leaders);
  PrepareForQueries(*leaders);
  leaders->parts = std::make_shared<RestrictedViews>();
  leaders_ = std::move(leaders);
}

absl::StatusOr<LeaderGrounds> PoolReplica::GroundsFor(const AskingClient& client,
                                                      MonotonicTime now) const {
  return FindGrounds(client, *pool_.cluster, leaders_, ReportedLoads(pool_), now);
}

std::optional<LeaderAnswer> PoolReplica::Answer(const LeaderQuery& query, MonotonicTime now,
                                                SpreadWitness witness) const {
  if (pool_.view->candidates.empty() || !ValidateLeaderQuery(query).ok()) return std::nullopt;
  absl::StatusOr<LeaderGrounds> grounds = GroundsFor(query, now);
  if (!grounds.ok() || grounds->strategy.strategy != Strategy::kConsistentRandomJump) {
    return std::nullopt;
  }
  if (grounds->agents.zone_least_utilization > kMayBeOverloaded) return std::nullopt;
  return AnswerByPlan(query, *pool_.cluster, *std::move(grounds), witness);
}

std::optional<std::string> PoolReplica::PlanZoneOf(const AskingClient& client,
                                                   MonotonicTime now) const {
  if (pool_.view->candidates.empty()) return "";
  const absl::StatusOr<LeaderGrounds> grounds = GroundsFor(client, now);
  if (!grounds.ok()) return "";
  if (grounds->strategy.strategy != Strategy::kConsistentRandomJump) return std::nullopt;
  return grounds->agents.taken.zone.value_or("");
}

std::optional<LeaderAnswer> PoolReplica::AnswerAlone(const LeaderQuery& query,
                                                     MonotonicTime now) const {
  if (pool_.view->candidates.empty() || !ValidateLeaderQuery(query).ok()) return std::nullopt;
  absl::StatusOr<LeaderGrounds> grounds = GroundsFor(query, now);
  if (!grounds.ok()) return std::nullopt;
  if (grounds->strategy.strategy == Strategy::kConsistentRandomJump) {
    return AnswerByPlan(query, *pool_.cluster, *std::move(grounds),
                        [](const LeaderView&, uint32_t, uint64_t) {});
  }
  const uint32_t preferred =
      PreferredAgent(grounds->client, *pool_.view, grounds->single_agent_candidates());
  return AnswerWithOne(query, *pool_.cluster, *std::move(grounds), preferred);
}

BrokerListing PoolReplica::BrokersFor(const AskingClient& client, MonotonicTime now) const {
  BrokerListing listing;
  listing.view = pool_.view;
  listing.virtual_cluster_uid = pool_.cluster->uid;
  // With a host override the leader is the only broker.
  listing.host_override =
      ParseClientId(client.client_id, *leaders_->known_names).host_override.value_or("");
  if (!listing.host_override.empty()) return listing;
  const absl::StatusOr<LeaderGrounds> grounds = pool_.view->candidates.empty()
                                                    ? absl::UnavailableError("no agent can lead")
                                                    : GroundsFor(client, now);
  if (grounds.ok()) {
    listing.brokers = grounds->listed.has_value() ? *grounds->listed : grounds->leaders().listed;
    return listing;
  }
  // The group that the client wants has no agent: it can only stay with the agents that it reached.
  const ViewAgent* const asked = pool_.view->FindAgent(client.agent_id);
  for (const uint32_t position : leaders_->listed) {
    if (asked != nullptr && pool_.view->agents[position]->registration.spec.agent_group ==
                                asked->registration.spec.agent_group) {
      listing.brokers.push_back(position);
    }
  }
  return listing;
}

bool PoolReplica::IsLedElsewhere(const AskingClient& client, const std::string& topic,
                                 int32_t partition, MonotonicTime now) const {
  if (pool_.view->candidates.empty()) return false;
  const absl::StatusOr<LeaderGrounds> grounds = GroundsFor(client, now);
  if (!grounds.ok() || grounds->features.host_override.has_value()) return false;
  const LeaderView& leaders = grounds->leaders();
  // An agent that is not heard may be no better.
  const auto is_heard = [&](uint32_t position) {
    const AgentState state = leaders.view->agents[position]->state;
    return state == AgentState::kActive || state == AgentState::kJoining;
  };
  if (grounds->strategy.strategy == Strategy::kSingleAgent) {
    const std::vector<uint32_t>& candidates = leaders.view->candidates;
    return std::none_of(candidates.begin(), candidates.end(),
                        [&](uint32_t position) { return position == grounds->asked; }) &&
           std::any_of(candidates.begin(), candidates.end(), is_heard);
  }
  const uint64_t hash = PartitionHash(StableHash(pool_.cluster->uid), StableHash(topic), partition);
  const uint32_t leader = leaders.lookup->LeaderOf(hash, grounds->client);
  return leader != grounds->asked && is_heard(leader);
}

}  // namespace bellwether

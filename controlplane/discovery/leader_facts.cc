#include "controlplane/discovery/leader_facts.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/assignment/plan_lookup.h"
#include "controlplane/assignment/preference_list.h"
#include "controlplane/base/random.h"
#include "controlplane/base/stable_hash.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/planning/observed_loads.h"
#include "controlplane/planning/plan_status.h"

namespace bellwether {
namespace {

constexpr double kLoadUnit = 1 << kLoadFractionBits;

bool Contains(const std::vector<uint32_t>& ascending, uint32_t position) {
  return std::binary_search(ascending.begin(), ascending.end(), position);
}

class FactsFinder {
 public:
  FactsFinder(const FactsQuestion& question, const PoolSnapshot& pool, const PlanState& state,
              LeaderFacts& facts)
      : question_(question),
        pool_(pool),
        state_(state),
        leaders_(facts.grounds.leaders()),
        plan_(leaders_.lookup->plan()),
        partition_(PartitionHash(StableHash(question.cluster.uid), StableHash(question.topic),
                                 question.partition)),
        client_(ClientHash(question.client.client_id, question.client.client_address)),
        facts_(facts) {}

  void Find() {
    facts_.candidates = pool_.view->candidates.size();
    facts_.considered = leaders_.view->candidates.size();
    RankAgents();
    DescribePlan();
    NameLeader();
    ListAgents();
  }

 private:
  const std::string& IdOf(uint32_t position) const {
    return pool_.view->agents[position]->registration.spec.agent_id;
  }

  // Finds the plan's agents in the view, and their places in the partition's preference list.
  void RankAgents() {
    std::unordered_map<uint64_t, uint32_t> position_of;
    for (uint32_t i = 0; i < pool_.view->agents.size(); ++i) {
      position_of[pool_.view->agents[i]->hash] = i;
    }
    std::vector<RankedAgent> agents;
    for (const PlanAgent& agent : plan_.agents) {
      agents.push_back({agent.hash, agent.weight});
      const auto found = position_of.find(agent.hash);
      in_view_.push_back(found == position_of.end() ? std::nullopt : std::optional(found->second));
    }
    rank_.resize(pool_.view->agents.size());
    const std::vector<uint32_t> order = PreferenceList(partition_, agents);
    for (uint32_t place = 0; place < order.size(); ++place) {
      if (in_view_[order[place]].has_value()) rank_[*in_view_[order[place]]] = place + 1;
    }
    if (!order.empty()) preferred_ = in_view_[order.front()];
    if (preferred_.has_value()) facts_.preferred = IdOf(*preferred_);
  }

  void AddPlanned(AgentPosition member) {
    const std::optional<uint32_t> position = in_view_[member];
    facts_.plan.leaders.push_back(position.has_value() ? IdOf(*position) : "");
    if (position.has_value()) concerned_.push_back(*position);
  }

  void DescribePlan() {
    PartitionPlan& plan = facts_.plan;
    plan.zone = leaders_.plan_zone;
    plan.round = state_.round;
    if (const MovedPartition* moved = plan_.FindMoved(partition_); moved != nullptr) {
      plan.since_round = moved->since_round;
      plan.cause = moved->cause;
      AddPlanned(moved->leader);
    }
    if (const Spread* spread = plan_.FindSpread(partition_); spread != nullptr) {
      plan.since_round = spread->since_round;
      plan.cause = spread->cause;
      for (const AgentPosition member : spread->members) AddPlanned(member);
    }
    if (const Unsplittable* one = plan_.FindUnsplittable(partition_); one != nullptr) {
      plan.unsplittable_since_round = one->since_round;
    }
    if (const PartitionState* known = state_.FindPartition(partition_); known != nullptr) {
      plan.bytes_per_second = static_cast<double>(known->rate) / kLoadUnit;
    }
  }

  void NameLeader() {
    switch (facts_.grounds.strategy.strategy) {
      case Strategy::kConsistentRandomJump:
        if (facts_.grounds.features.host_override.has_value()) {
          leader_ = PreferredAgent(client_, *leaders_.view, leaders_.view->candidates);
          facts_.reason = LeaderReason::kHostOverride;
        } else {
          LookUp();
        }
        break;
      case Strategy::kSingleAgent: {
        SeededRandom dice(question_.seed);
        facts_.sticky = question_.cluster.single_agent_sticky;
        facts_.single_agent = ChooseSingleAgent(
            {leaders_, pool_.pending_loads, facts_.grounds.single_agent_candidates(),
             FindClientPlace(question_.client, facts_.grounds, pool_, question_.now), facts_.sticky,
             question_.now},
            dice);
        leader_ = facts_.single_agent->picked;
        facts_.reason =
            facts_.single_agent->stays ? LeaderReason::kStays : LeaderReason::kLessLoaded;
        facts_.drawn = {IdOf(facts_.single_agent->first), IdOf(facts_.single_agent->second)};
        break;
      }
    }
    facts_.leader = IdOf(leader_);
  }

  void LookUp() {
    const PlanLookup::Answer found = leaders_.lookup->Find(partition_, client_);
    leader_ = found.leader;
    switch (found.reason) {
      case LookupReason::kPreferredLeader:
        // A lookup calls the first candidate the preferred leader.
        facts_.reason =
            preferred_ == leader_ ? LeaderReason::kPreferredLeader : LeaderReason::kFallback;
        break;
      case LookupReason::kMoved:
        facts_.reason = LeaderReason::kMoved;
        break;
      case LookupReason::kSpread:
        facts_.reason = LeaderReason::kSpread;
        break;
      case LookupReason::kAssigned:
        facts_.reason = LeaderReason::kAssigned;
        break;
      case LookupReason::kFallback:
        facts_.reason = LeaderReason::kFallback;
        break;
    }
  }

  std::optional<LoadEstimate> EstimateOf(uint32_t position) const {
    if (!facts_.single_agent.has_value()) return std::nullopt;
    return EstimateLoad(leaders_, pool_.pending_loads, position, question_.now);
  }

  // Smaller values are listed earlier: the agents that the answer is about, in order, then those
  // that the strategy prefers.
  using Importance = std::tuple<size_t, double>;
  std::vector<Importance> WeighAgents() const {
    std::vector<uint32_t> first = {leader_};
    if (preferred_.has_value()) first.push_back(*preferred_);
    if (facts_.single_agent.has_value()) {
      first.push_back(facts_.single_agent->first);
      first.push_back(facts_.single_agent->second);
    }
    if (facts_.grounds.asked.has_value()) first.push_back(*facts_.grounds.asked);
    first.insert(first.end(), concerned_.begin(), concerned_.end());

    const size_t size = pool_.view->agents.size();
    std::vector<Importance> weighed(size);
    for (uint32_t i = 0; i < size; ++i) {
      const size_t unnamed = Contains(leaders_.view->candidates, i) ? 0 : 1;
      const std::optional<LoadEstimate> estimate = EstimateOf(i);
      weighed[i] = estimate.has_value()
                       ? Importance(first.size() + unnamed, estimate->utilization)
                       : Importance(first.size(), rank_[i] > 0 ? rank_[i] : size + 1);
    }
    for (size_t i = first.size(); i-- > 0;) weighed[first[i]] = Importance(i, 0);
    return weighed;
  }

  void ListAgents() {
    const std::vector<Importance> importance = WeighAgents();
    std::vector<uint32_t> order(importance.size());
    for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    const size_t listed = std::min(order.size(), kMaxExplainedAgents);
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(listed),
                      order.end(), [&](uint32_t a, uint32_t b) {
                        return std::tie(importance[a], a) < std::tie(importance[b], b);
                      });
    const std::vector<double> loads = AssignedLoads(state_);
    for (size_t i = 0; i < listed; ++i) facts_.agents.push_back(Explain(order[i], loads));
    facts_.agents_left_out = order.size() - listed;
  }

  ExplainedAgent Explain(uint32_t position, const std::vector<double>& loads) const {
    ExplainedAgent explained;
    explained.agent = pool_.view->agents[position];
    const AgentSpec& spec = explained.agent->registration.spec;
    explained.candidate = Contains(pool_.view->candidates, position);
    explained.considered = Contains(leaders_.view->candidates, position);
    Restriction wishes = facts_.grounds.agents.taken;
    explained.fits_zone = !wishes.zone.has_value() || *wishes.zone == spec.zone;
    wishes.zone = std::nullopt;
    explained.fits_group_and_role = Fits(spec, wishes);
    explained.rank = rank_[position];
    const PendingLoad& pending_load = *pool_.pending_loads[position];
    const double weight = explained.agent->weight();
    if (pending_load.HasReport(question_.now)) {
      explained.reported_utilization = pending_load.reported_load() / weight;
    }
    explained.pending_utilization = pending_load.pending() / weight;
    explained.estimate = EstimateOf(position);
    for (size_t i = 0; i < state_.agents.size(); ++i) {
      if (state_.agents[i].hash != explained.agent->hash) continue;
      explained.assigned_bytes_per_second = loads[i] / kLoadUnit;
    }
    return explained;
  }

  const FactsQuestion& question_;
  const PoolSnapshot& pool_;
  const PlanState& state_;
  const LeaderView& leaders_;
  const Plan& plan_;
  const uint64_t partition_;
  const uint64_t client_;
  LeaderFacts& facts_;
  // By position in Plan::agents: the position in the view.
  std::vector<std::optional<uint32_t>> in_view_;
  // By position in the view.
  std::vector<uint32_t> rank_;
  std::vector<uint32_t> concerned_;
  std::optional<uint32_t> preferred_;
  uint32_t leader_ = 0;
};

}  // namespace

absl::StatusOr<LeaderFacts> FindFacts(const FactsQuestion& question,
                                      const std::shared_ptr<const PoolSnapshot>& pool,
                                      const PoolPlans& plans, std::optional<Strategy> strategy) {
  LeaderFacts facts;
  ASSIGN_OR_RETURN(facts.grounds, FindGrounds(question.client, question.cluster, pool,
                                              ObservedLoads(pool->pending_loads), question.now));
  facts.partition_name = absl::StrCat(question.topic, "-", question.partition);
  if (strategy.has_value()) facts.grounds.strategy.strategy = *strategy;
  const PlanState& state = plans.For(facts.grounds.leaders().plan_zone).state();
  FactsFinder(question, *pool, state, facts).Find();
  return facts;
}

const ExplainedAgent* LeaderFacts::FindAgent(absl::string_view agent_id) const {
  for (const ExplainedAgent& explained : agents) {
    if (explained.agent->registration.spec.agent_id == agent_id) return &explained;
  }
  return nullptr;
}

absl::string_view LeaderReasonName(LeaderReason reason) {
  switch (reason) {
    case LeaderReason::kPreferredLeader:
      return "preferred_leader";
    case LeaderReason::kMoved:
      return "moved";
    case LeaderReason::kSpread:
      return "spread";
    case LeaderReason::kAssigned:
      return "assigned";
    case LeaderReason::kFallback:
      return "fallback";
    case LeaderReason::kHostOverride:
      return "host_override";
    case LeaderReason::kLessLoaded:
      return "less_loaded";
    case LeaderReason::kStays:
      return "stays";
  }
  return "unknown";
}

}  // namespace bellwether

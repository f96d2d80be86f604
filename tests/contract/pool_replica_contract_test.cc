// Changes of a pool as the control plane sends them to watchers, and the replicas that agents make
// of them: after any change, an agent answers from its replica exactly as the control plane does,
// in leaders, in the list of brokers and in the cases in which neither can answer.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agentclient/pool_replica.h"
#include "controlplane/assignment/leader_answer.h"
#include "controlplane/assignment/leader_view.h"
#include "controlplane/assignment/preference_list.h"
#include "controlplane/base/random.h"
#include "controlplane/base/stable_hash.h"
#include "controlplane/model/error.h"
#include "controlplane/model/zone_cidr.h"
#include "controlplane/service/pool_view_proto.h"

namespace bellwether {
namespace {

constexpr AgentState kStates[] = {AgentState::kJoining, AgentState::kActive,  AgentState::kActive,
                                  AgentState::kActive,  AgentState::kSuspect, AgentState::kDraining,
                                  AgentState::kDead};
const std::vector<TopicPartitions> kTopics = {{"orders", 12}, {"payments", 7}, {"none", 0}};

MonotonicTime Now() { return MonotonicTime::SinceOrigin(absl::Hours(1)); }

void IgnoreSpread(const LeaderView&, uint32_t, uint64_t) {}

// A pool to which things happen by chance.
class Pool {
 public:
  explicit Pool(uint64_t seed) : random_(seed) {
    auto cluster = std::make_shared<VirtualCluster>();
    cluster->id = "orders";
    cluster->uid = "vci_1";
    cluster->agent_pool_id = "apn_orders";
    pool_.cluster = std::move(cluster);
    auto view = std::make_shared<PoolView>();
    for (int i = 0; i < 8; ++i) view->agents.push_back(NewAgent(i));
    Finish(std::move(view));
    NewPlan();
    for (size_t i = 0; i < pool_.view->agents.size(); ++i) {
      pool_.load_levels.push_back(static_cast<uint32_t>(random_.Below(120)));
    }
  }

  const WatchedPool& now() const { return pool_; }

  void HappenSomething() {
    const WatchedPool before = pool_;
    switch (random_.Below(8)) {
      case 0:
        ChangeAgents();
        break;
      case 1:
        NewPlan();
        break;
      case 2:
        ChangePlan();
        break;
      case 3:
        ChangeCluster();
        break;
      case 4:
        for (uint32_t& level : pool_.load_levels) {
          level = static_cast<uint32_t>(random_.Below(120));
        }
        return;
      case 5:
        pool_.redirects_disabled = !pool_.redirects_disabled;
        return;
      case 6:
        ChangeRecentNames();
        break;
      default:
        ChangeAgents();
        ChangePlan();
        break;
    }
    pool_.load_levels = CarryLoadLevels(before, *pool_.view);
  }

  // The control plane's answer, as LeaderResolver makes it under consistent_random_jump; its error
  // where the client's group has no agent.
  absl::StatusOr<LeaderAnswer> Answer(const LeaderQuery& query) const {
    const auto grounds = Grounds(query);
    if (!grounds.ok()) return grounds.status();
    return AnswerByPlan(query, *pool_.cluster, *grounds, IgnoreSpread);
  }

  // REQUIRES: the pool has candidates.
  absl::StatusOr<LeaderGrounds> Grounds(const AskingClient& client) const {
    auto leaders = std::make_shared<LeaderView>();
    leaders->view = pool_.view;
    PrepareLookups(pool_.plans, nullptr, *leaders);
    PrepareForQueries(*leaders);
    leaders->parts = std::make_shared<RestrictedViews>();
    return FindGrounds(client, *pool_.cluster, leaders, ReportedLoads(pool_), Now());
  }

  LeaderQuery Query() {
    LeaderQuery query;
    query.virtual_cluster = "orders";
    query.agent_id = absl::StrCat("agent-", random_.Below(12));
    query.client_id = absl::StrCat("client-", random_.Below(50));
    if (random_.Below(2) == 0) absl::StrAppend(&query.client_id, ",ws_az=", Zone());
    if (random_.Below(4) == 0) absl::StrAppend(&query.client_id, ",ws_ag=", Group());
    if (random_.Below(4) == 0) query.client_id += ",ws_pt=proxy-produce";
    if (random_.Below(6) == 0) query.client_id += ",ws_host_override=lb.example";
    if (random_.Below(6) == 0) query.client_id += ",ws_pas=nonsense";
    query.client_address = random_.Below(2) == 0 ? "10.1.2.3:555" : "192.0.2.1";
    query.topics = kTopics;
    query.leaders_only = random_.Below(8) == 0;
    return query;
  }

 private:
  std::string Zone() { return absl::StrCat("zone-", random_.Below(3)); }
  // No agent is ever in group-3.
  std::string Group() { return absl::StrCat("group-", 1 + random_.Below(3)); }

  std::shared_ptr<const ViewAgent> NewAgent(uint64_t number) {
    ViewAgent agent;
    AgentSpec& spec = agent.registration.spec;
    spec.agent_id = absl::StrCat("agent-", number);
    spec.address = {absl::StrCat("host-", random_.Below(1'000)), 9092};
    spec.zone = Zone();
    if (random_.Below(3) == 0) spec.roles = {AgentRole::kProxyConsume};
    if (random_.Below(3) == 0) spec.agent_group = absl::StrCat("group-", 1 + random_.Below(2));
    if (random_.Below(5) == 0) spec.default_strategy = Strategy::kConsistentRandomJump;
    spec.weight = static_cast<int32_t>(1 + random_.Below(4));
    agent.registration.broker_id = static_cast<int32_t>(number * 7);
    agent.state = kStates[random_.Below(std::size(kStates))];
    if (agent.state == AgentState::kDraining) {
      agent.registration.restarting = random_.Below(2) == 0;
      agent.registration.leaving = random_.Below(2) == 0;
    }
    agent.hash = StableHash(spec.agent_id);
    return std::make_shared<const ViewAgent>(std::move(agent));
  }

  void ChangeCluster() {
    auto cluster = std::make_shared<VirtualCluster>(*pool_.cluster);
    cluster->default_strategy =
        random_.Below(4) == 0 ? std::optional(Strategy::kSingleAgent) : std::nullopt;
    cluster->zone_cidrs = {*ParseZoneCidr("10.0.0.0/8", Zone())};
    cluster->agent_group_fallback = random_.Below(2) == 0;
    cluster->max_listed_brokers = static_cast<int32_t>(random_.Below(2) * (1 + random_.Below(6)));
    pool_.cluster = std::move(cluster);
  }

  void ChangeRecentNames() {
    auto view = std::make_shared<PoolView>(*pool_.view);
    view->recent_zones = Some({"zone-0", "zone-1", "zone-2"});
    view->recent_agent_groups = Some({"group-1", "group-2", "group-3"});
    Finish(std::move(view));
  }
  std::vector<std::string> Some(std::vector<std::string> names) {
    std::erase_if(names, [&](const std::string&) { return random_.Below(2) == 0; });
    return names;
  }

  void Finish(std::shared_ptr<PoolView> view) {
    std::sort(view->agents.begin(), view->agents.end(), [](const auto& a, const auto& b) {
      return a->registration.spec.agent_id < b->registration.spec.agent_id;
    });
    view->version = ++version_;
    ChooseCandidates(*view);
    pool_.view = std::move(view);
  }

  void ChangeAgents() {
    auto view = std::make_shared<PoolView>(*pool_.view);
    view->candidates.clear();
    const uint64_t number = random_.Below(12);
    std::erase_if(view->agents, [&](const std::shared_ptr<const ViewAgent>& agent) {
      return agent->registration.spec.agent_id == absl::StrCat("agent-", number);
    });
    if (random_.Below(3) != 0) view->agents.push_back(NewAgent(number));
    Finish(std::move(view));
  }

  // Some of the agents, in the order of a plan.
  void NewPlan() {
    auto plan = std::make_shared<Plan>();
    for (uint64_t number = 0; number < 12; ++number) {
      if (random_.Below(4) == 0) continue;
      const auto weight = static_cast<int32_t>(1 + random_.Below(3));
      plan->agents.push_back({StableHash(absl::StrCat("agent-", number)), weight, weight});
    }
    std::sort(plan->agents.begin(), plan->agents.end(),
              [](const PlanAgent& a, const PlanAgent& b) { return a.hash < b.hash; });
    SomePlan() = std::move(plan);
    ChangePlan();
  }

  // The pool's, or a zone's own.
  std::shared_ptr<const Plan>& SomePlan() {
    if (random_.Below(2) == 0) return pool_.plans.whole;
    std::shared_ptr<const Plan>& plan = pool_.plans.zones[Zone()];
    if (plan == nullptr) plan = std::make_shared<const Plan>();
    return plan;
  }

  AgentPosition AnyOf(const Plan& plan) {
    return static_cast<AgentPosition>(random_.Below(plan.agents.size()));
  }

  void ChangePlan() {
    if (random_.Below(5) == 0) pool_.plans.zones.erase(Zone());
    std::shared_ptr<const Plan>& changed = SomePlan();
    auto plan = std::make_shared<Plan>(*changed);
    ++plan->round;
    if (plan->agents.size() < 3) return NewPlan();
    for (const TopicPartitions& topic : kTopics) {
      for (int32_t i = 0; i < topic.partition_count; ++i) {
        if (random_.Below(3) != 0) continue;
        const uint64_t partition = PartitionHash(StableHash("vci_1"), StableHash(topic.topic), i);
        std::erase_if(plan->moved, [&](const auto& one) { return one.partition == partition; });
        std::erase_if(plan->spread, [&](const auto& one) { return one.partition == partition; });
        const uint64_t what = random_.Below(3);
        if (what == 0) {
          plan->moved.push_back({partition, plan->round, AnyOf(*plan)});
        } else if (what == 1) {
          plan->spread.push_back(AnySpread(partition, *plan));
        }
      }
    }
    const auto by_partition = [](const auto& a, const auto& b) {
      return a.partition < b.partition;
    };
    std::sort(plan->moved.begin(), plan->moved.end(), by_partition);
    std::sort(plan->spread.begin(), plan->spread.end(), by_partition);
    ASSERT_TRUE(IsValidPlan(*plan));
    auto view = std::make_shared<PoolView>(*pool_.view);
    view->candidates.clear();
    changed = std::move(plan);
    Finish(std::move(view));
  }

  Spread AnySpread(uint64_t partition, const Plan& plan) {
    Spread spread;
    spread.partition = partition;
    spread.members = {0, AnyOf(plan)};
    if (spread.members[1] == 0) spread.members[1] = 1;
    for (uint64_t client = 0; client < 20 && random_.Below(2) == 0; ++client) {
      const uint64_t hash =
          ClientHash(absl::StrCat("client-", client), client % 2 == 0 ? "192.0.2.1" : "10.1.2.3");
      spread.assigned_clients.push_back({hash, spread.members[random_.Below(2)]});
    }
    std::sort(spread.assigned_clients.begin(), spread.assigned_clients.end(),
              [](const AssignedClient& a, const AssignedClient& b) { return a.client < b.client; });
    return spread;
  }

  SeededRandom random_;
  int64_t version_ = 0;
  WatchedPool pool_;
};

v1::WatchPoolResponse Parse(const std::string& bytes) {
  v1::WatchPoolResponse message;
  EXPECT_TRUE(message.ParseFromString(bytes));
  return message;
}

std::vector<std::string> IdsOf(const std::vector<uint32_t>& positions, const PoolView& view) {
  std::vector<std::string> ids;
  for (const uint32_t position : positions) {
    ids.push_back(view.agents[position]->registration.spec.agent_id);
  }
  return ids;
}

// Everything in an answer that a client could see.
std::string InFull(const LeaderAnswer& answer) {
  std::string text = absl::StrCat(
      "version ", answer.view->version, " cluster ", answer.virtual_cluster_uid, " strategy ",
      StrategyName(answer.strategy), " by ", StrategySourceName(answer.strategy_source), " zone ",
      ZoneResultName(answer.zone_result), " plan ", answer.plan_zone, " host ",
      answer.host_override, "\n");
  for (const uint32_t broker : answer.brokers) {
    const Registration& registration = answer.view->agents[broker]->registration;
    absl::StrAppend(&text, registration.spec.agent_id, " ", registration.broker_id, " ",
                    FormatHostPort(registration.spec.address), " ", registration.spec.zone, "\n");
  }
  for (const LeaderAnswer::TopicLeaders& topic : answer.topics) {
    absl::StrAppend(&text, topic.topic, ":");
    for (const uint32_t leader : topic.leaders) {
      absl::StrAppend(&text, " ", answer.view->agents[leader]->registration.broker_id);
    }
    absl::StrAppend(&text, "\n");
  }
  for (const Diagnostic& diagnostic : answer.diagnostics) {
    absl::StrAppend(&text, DiagnosticKindName(diagnostic.kind), " ", diagnostic.feature, "\n");
  }
  return text;
}

// How often each thing happened, so that a test can say that it looked at all of them.
using Seen = std::map<std::string, int>;

// The replica gives the answer that the control plane gives, or leaves the query to it.
void CompareAnswer(const Pool& pool, const PoolReplica& replica, const LeaderQuery& query,
                   Seen& seen) {
  const auto answer = replica.Answer(query, Now(), IgnoreSpread);
  if (pool.now().view->candidates.empty()) {
    ++seen["no agent can lead"];
    EXPECT_FALSE(answer.has_value());
    return;
  }
  const absl::StatusOr<LeaderAnswer> expected = pool.Answer(query);
  if (!expected.ok()) {
    ++seen["group unavailable"];
    EXPECT_EQ(GetReason(expected.status()), Reason::kAgentGroupUnavailable) << expected.status();
    EXPECT_FALSE(answer.has_value()) << query.client_id;
    EXPECT_FALSE(replica.AnswerAlone(query, Now()).has_value()) << query.client_id;
    return;
  }
  if (!answer.has_value()) return;
  ++seen["answered"];
  if (query.leaders_only) ++seen["leaders alone"];
  EXPECT_EQ(InFull(*answer), InFull(*expected)) << query.client_id;
}

// The list is the cluster as the client sees it, whatever it asks for.
void CompareBrokers(const Pool& pool, const PoolReplica& replica, LeaderQuery query, Seen& seen) {
  const WatchedPool& now = pool.now();
  const BrokerListing listing = replica.BrokersFor(query, Now());
  ASSERT_EQ(listing.view, replica.pool().view);
  EXPECT_EQ(listing.virtual_cluster_uid, now.cluster->uid);
  EXPECT_TRUE(std::is_sorted(listing.brokers.begin(), listing.brokers.end()));
  for (const uint32_t broker : listing.brokers) {
    const ViewAgent& agent = *listing.view->agents[broker];
    EXPECT_NE(agent.state, AgentState::kDead);
    EXPECT_FALSE(
        now.view->FindAgent(agent.registration.spec.agent_id)->registration.gone_to_restart());
  }
  if (now.view->candidates.empty()) return;
  const absl::StatusOr<LeaderGrounds> grounds = pool.Grounds(query);
  if (!grounds.ok()) return;
  if (grounds->features.host_override.has_value()) {
    ++seen["host override"];
    EXPECT_TRUE(listing.brokers.empty());
    return;
  }
  query.leaders_only = false;
  query.topics.clear();
  EXPECT_EQ(IdsOf(listing.brokers, *listing.view), IdsOf(pool.Answer(query)->brokers, *now.view))
      << query.client_id;

  // By what the list is to be, and not by the code that makes it.
  std::vector<std::string> group;
  const auto& taken = grounds->agents.taken.agent_group;
  for (const auto& agent : now.view->agents) {
    const Registration& registration = agent->registration;
    if (agent->state == AgentState::kDead || registration.gone_to_restart()) continue;
    if (taken.has_value() && registration.spec.agent_group != *taken) continue;
    group.push_back(registration.spec.agent_id);
  }
  const std::vector<std::string> listed = IdsOf(listing.brokers, *listing.view);
  const auto limit = static_cast<size_t>(now.cluster->max_listed_brokers);
  if (limit == 0 || limit >= group.size()) {
    ++seen["whole group"];
    EXPECT_EQ(listed, group) << query.client_id;
  } else {
    ++seen["limited"];
    EXPECT_EQ(listed.size(), limit);
    EXPECT_TRUE(std::includes(group.begin(), group.end(), listed.begin(), listed.end()));
  }
}

bool IsHeard(const ViewAgent& agent) {
  return agent.state == AgentState::kActive || agent.state == AgentState::kJoining;
}

// The leaders of the answer are those that IsLedElsewhere goes by, if they are heard.
void CompareLeaders(const Pool& pool, const PoolReplica& replica, LeaderQuery query, Seen& seen) {
  if (pool.now().view->candidates.empty()) {
    EXPECT_FALSE(replica.IsLedElsewhere(query, "orders", 0, Now()));
    return;
  }
  query.leaders_only = false;
  const absl::StatusOr<LeaderGrounds> grounds = pool.Grounds(query);
  const bool is_decided = grounds.ok() && !grounds->features.host_override.has_value();
  if (!is_decided) {
    EXPECT_FALSE(replica.IsLedElsewhere(query, "orders", 0, Now())) << query.client_id;
    return;
  }
  if (grounds->strategy.strategy == Strategy::kSingleAgent) {
    const std::vector<std::string> candidates =
        IdsOf(grounds->leaders().view->candidates, *pool.now().view);
    const bool can_lead = std::count(candidates.begin(), candidates.end(), query.agent_id) > 0;
    // Candidates are all in one state.
    const PoolView& view = *grounds->leaders().view;
    const bool others_are_heard = IsHeard(*view.agents[view.candidates.front()]);
    ++seen[can_lead ? "single, can lead" : "single, cannot lead"];
    EXPECT_EQ(replica.IsLedElsewhere(query, "orders", 0, Now()), !can_lead && others_are_heard);
    return;
  }
  const absl::StatusOr<LeaderAnswer> answer = pool.Answer(query);
  for (const LeaderAnswer::TopicLeaders& topic : answer->topics) {
    const std::vector<std::string> leaders = IdsOf(topic.leaders, *answer->view);
    for (size_t i = 0; i < leaders.size(); ++i) {
      const bool elsewhere =
          leaders[i] != query.agent_id && IsHeard(*answer->view->agents[topic.leaders[i]]);
      ++seen[elsewhere ? "led elsewhere" : "led here"];
      EXPECT_EQ(replica.IsLedElsewhere(query, topic.topic, static_cast<int32_t>(i), Now()),
                elsewhere)
          << query.client_id << " " << topic.topic << " " << i;
    }
  }
}

void CompareAll(Pool& pool, const PoolReplica& replica, int count, Seen& seen) {
  for (int i = 0; i < count; ++i) {
    const LeaderQuery query = pool.Query();
    CompareAnswer(pool, replica, query, seen);
    CompareBrokers(pool, replica, query, seen);
    CompareLeaders(pool, replica, query, seen);
  }
}

class PoolReplicaContractTest : public testing::TestWithParam<uint64_t> {};

TEST_P(PoolReplicaContractTest, ReplicaAnswersAsTheControlPlaneWhateverHappens) {
  const PoolViewEncoder encoder;
  Pool pool(GetParam());
  int64_t position = 1'000;
  auto replica = PoolReplica::Apply(nullptr, Parse(encoder.EncodeView(pool.now(), position)));
  ASSERT_TRUE(replica.ok()) << replica.status();
  Seen seen;
  CompareAll(pool, **replica, 20, seen);
  for (int step = 0; step < 200; ++step) {
    const WatchedPool before = pool.now();
    pool.HappenSomething();
    replica = PoolReplica::Apply(
        *replica, Parse(encoder.EncodeChange(before, position, pool.now(), position + 1)));
    ++position;
    ASSERT_TRUE(replica.ok()) << replica.status();
    ASSERT_EQ((*replica)->position(), position);
    ASSERT_EQ((*replica)->pool().load_levels, pool.now().load_levels);
    ASSERT_EQ((*replica)->pool().view->candidates, pool.now().view->candidates);
    ASSERT_EQ((*replica)->pool().view->recent_zones, pool.now().view->recent_zones);
    ASSERT_EQ((*replica)->pool().view->recent_agent_groups, pool.now().view->recent_agent_groups);
    ASSERT_EQ((*replica)->pool().redirects_disabled, pool.now().redirects_disabled);
    CompareAll(pool, **replica, 20, seen);
    if (HasFailure()) FAIL() << "at step " << step;
  }
  EXPECT_GT(seen["answered"], 1'000) << "else nothing was compared";
  for (const char* const what :
       {"group unavailable", "leaders alone", "host override", "whole group", "limited",
        "single, can lead", "single, cannot lead", "led elsewhere", "led here"}) {
    EXPECT_GT(seen[what], 20) << what << " was not compared";
  }
}

// While the control plane is unreachable, the agents of the pool agree on the agent of a client: by
// replicas of the same view, however each of them came by it.
TEST_P(PoolReplicaContractTest, AllReplicasGiveAClientOfSingleAgentTheSameAnswer) {
  const PoolViewEncoder encoder;
  Pool pool(GetParam());
  auto changed = PoolReplica::Apply(nullptr, Parse(encoder.EncodeView(pool.now(), 1)));
  ASSERT_TRUE(changed.ok());
  int compared = 0;
  std::set<std::string> chosen;
  for (int64_t position = 1; position < 100; ++position) {
    const WatchedPool before = pool.now();
    pool.HappenSomething();
    changed = PoolReplica::Apply(
        *changed, Parse(encoder.EncodeChange(before, position, pool.now(), position + 1)));
    ASSERT_TRUE(changed.ok()) << changed.status();
    const auto whole = PoolReplica::Apply(nullptr, Parse(encoder.EncodeView(pool.now(), 7)));
    ASSERT_TRUE(whole.ok());
    for (int i = 0; i < 10; ++i) {
      LeaderQuery query = pool.Query();
      query.client_id = absl::StrCat("ws_pas=single_agent,", query.client_id);
      const auto answer = (*changed)->AnswerAlone(query, Now());
      // The group of the agent that the client asks counts, and no more of it.
      const ViewAgent* const asked = pool.now().view->FindAgent(query.agent_id);
      for (const auto& other : pool.now().view->agents) {
        if (asked == nullptr ||
            other->registration.spec.agent_group != asked->registration.spec.agent_group) {
          continue;
        }
        LeaderQuery elsewhere = query;
        elsewhere.agent_id = other->registration.spec.agent_id;
        const auto same = (*whole)->AnswerAlone(elsewhere, Now());
        ASSERT_EQ(same.has_value(), answer.has_value()) << query.client_id;
        if (!answer.has_value()) continue;
        ASSERT_EQ(answer->strategy, Strategy::kSingleAgent) << query.client_id;
        ++compared;
        EXPECT_EQ(InFull(*same), InFull(*answer)) << query.client_id;
        chosen.insert(absl::StrJoin(IdsOf(answer->topics.at(0).leaders, *answer->view), ","));
      }
    }
    if (HasFailure()) FAIL() << "at position " << position;
  }
  EXPECT_GT(compared, 300) << "else nothing was compared";
  EXPECT_GT(chosen.size(), 2u) << "clients are shared out among the agents";
}

// With a limit, a client's list depends on the client and on the agents of its group, not on what
// it asks for nor on the agent that it asks.
TEST_P(PoolReplicaContractTest, LimitedListsDependOnTheClientAlone) {
  const PoolViewEncoder encoder;
  Pool pool(GetParam());
  int limited = 0;
  for (int step = 0; step < 100; ++step) {
    pool.HappenSomething();
    if (pool.now().view->candidates.empty() || pool.now().cluster->max_listed_brokers == 0) {
      continue;
    }
    const auto replica = PoolReplica::Apply(nullptr, Parse(encoder.EncodeView(pool.now(), 1)));
    ASSERT_TRUE(replica.ok());
    for (int i = 0; i < 10; ++i) {
      LeaderQuery query = pool.Query();
      query.leaders_only = false;
      const auto grounds = pool.Grounds(query);
      if (!grounds.ok() || !grounds->listed.has_value() ||
          grounds->features.host_override.has_value()) {
        continue;
      }
      ++limited;
      const std::vector<uint32_t> listed = (*replica)->BrokersFor(query, Now()).brokers;
      query.topics.clear();
      const LeaderAnswer without_topics = *(*replica)->AnswerAlone(query, Now());
      EXPECT_TRUE(std::includes(without_topics.brokers.begin(), without_topics.brokers.end(),
                                listed.begin(), listed.end()));
      // Under single_agent it lists the client's agent too, which is one of the list if any of the
      // list can lead.
      const std::vector<uint32_t>& candidates = grounds->leaders().view->candidates;
      const bool adds_agent = without_topics.strategy == Strategy::kSingleAgent &&
                              std::none_of(candidates.begin(), candidates.end(), [&](uint32_t at) {
                                return std::binary_search(listed.begin(), listed.end(), at);
                              });
      EXPECT_EQ(without_topics.brokers.size(), listed.size() + (adds_agent ? 1 : 0))
          << query.client_id;
      query.topics = {kTopics[0]};
      const auto answer = (*replica)->AnswerAlone(query, Now());
      std::vector<uint32_t> expected = listed;
      for (const uint32_t leader : answer->topics[0].leaders) expected.push_back(leader);
      std::sort(expected.begin(), expected.end());
      expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
      EXPECT_EQ(answer->brokers, expected) << query.client_id;
    }
    if (HasFailure()) FAIL() << "at step " << step;
  }
  EXPECT_GT(limited, 20) << "else nothing was compared";
}

TEST_P(PoolReplicaContractTest, LimitedListsReachOutsideTheZone) {
  const PoolViewEncoder encoder;
  Pool pool(GetParam());
  int compared = 0;
  for (int step = 0; step < 200; ++step) {
    pool.HappenSomething();
    const auto limit = static_cast<size_t>(pool.now().cluster->max_listed_brokers);
    if (pool.now().view->candidates.empty() || limit < 2) continue;
    const auto replica = PoolReplica::Apply(nullptr, Parse(encoder.EncodeView(pool.now(), 1)));
    ASSERT_TRUE(replica.ok());
    for (int i = 0; i < 10; ++i) {
      const LeaderQuery query = pool.Query();
      const auto grounds = pool.Grounds(query);
      if (!grounds.ok() || !grounds->listed.has_value() || !grounds->agents.zone.has_value() ||
          grounds->features.host_override.has_value()) {
        continue;
      }
      const auto is_outside = [&](uint32_t position) {
        return pool.now().view->agents[position]->registration.spec.zone != grounds->agents.zone;
      };
      const std::vector<uint32_t>& group = grounds->leaders().listed;
      const std::vector<uint32_t> listed = (*replica)->BrokersFor(query, Now()).brokers;
      const auto outside = std::count_if(group.begin(), group.end(), is_outside);
      if (outside == 0) continue;
      ++compared;
      EXPECT_GE(std::count_if(listed.begin(), listed.end(), is_outside),
                std::min<std::ptrdiff_t>(outside, static_cast<std::ptrdiff_t>(limit + 3) / 4))
          << query.client_id;
    }
    if (HasFailure()) FAIL() << "at step " << step;
  }
  EXPECT_GT(compared, 20) << "else nothing was compared";
}

// A client that reached an agent although its group has none: it keeps the agents of that group.
TEST_P(PoolReplicaContractTest, ClientWithoutAGroupKeepsTheBrokersOfTheAgentThatItAsks) {
  const PoolViewEncoder encoder;
  Pool pool(GetParam());
  int compared = 0;
  for (int step = 0; step < 200; ++step) {
    pool.HappenSomething();
    if (pool.now().view->candidates.empty()) continue;
    const auto replica = PoolReplica::Apply(nullptr, Parse(encoder.EncodeView(pool.now(), 1)));
    ASSERT_TRUE(replica.ok());
    for (int i = 0; i < 10; ++i) {
      const LeaderQuery query = pool.Query();
      const ViewAgent* const asked = pool.now().view->FindAgent(query.agent_id);
      if (asked == nullptr || pool.Grounds(query).ok()) continue;
      ++compared;
      std::vector<std::string> expected;
      for (const auto& agent : pool.now().view->agents) {
        const AgentSpec& spec = agent->registration.spec;
        if (!agent->is_listed() || spec.agent_group != asked->registration.spec.agent_group) {
          continue;
        }
        expected.push_back(spec.agent_id);
      }
      const BrokerListing listing = (*replica)->BrokersFor(query, Now());
      // Behind that host the client knows one broker.
      if (!listing.host_override.empty()) expected.clear();
      EXPECT_EQ(IdsOf(listing.brokers, *listing.view), expected) << query.client_id;
    }
    if (HasFailure()) FAIL() << "at step " << step;
  }
  EXPECT_GT(compared, 20) << "else nothing was compared";
}

TEST_P(PoolReplicaContractTest, ChangesLeadWhereAFullViewLeads) {
  const PoolViewEncoder encoder;
  Pool pool(GetParam());
  auto replica = PoolReplica::Apply(nullptr, Parse(encoder.EncodeView(pool.now(), 1)));
  ASSERT_TRUE(replica.ok());
  for (int64_t position = 1; position < 100; ++position) {
    const WatchedPool before = pool.now();
    pool.HappenSomething();
    replica = PoolReplica::Apply(
        *replica, Parse(encoder.EncodeChange(before, position, pool.now(), position + 1)));
    ASSERT_TRUE(replica.ok()) << replica.status();
  }
  const auto whole = PoolReplica::Apply(nullptr, Parse(encoder.EncodeView(pool.now(), 100)));
  ASSERT_TRUE(whole.ok()) << whole.status();
  const PlanSet& expected = (*whole)->pool().plans;
  const PlanSet& plans = (*replica)->pool().plans;
  EXPECT_EQ(*plans.whole, *expected.whole);
  ASSERT_EQ(plans.zones.size(), expected.zones.size());
  for (const auto& [zone, plan] : expected.zones) EXPECT_EQ(*plans.zones.at(zone), *plan) << zone;
  EXPECT_EQ((*whole)->pool().load_levels, (*replica)->pool().load_levels);
}

INSTANTIATE_TEST_SUITE_P(Seeds, PoolReplicaContractTest, testing::Range<uint64_t>(1, 13));

TEST(PoolReplicaTest, ChangeOfAnotherViewIsRefused) {
  const PoolViewEncoder encoder;
  Pool pool(1);
  const auto replica = PoolReplica::Apply(nullptr, Parse(encoder.EncodeView(pool.now(), 5)));
  ASSERT_TRUE(replica.ok());
  const std::string change = encoder.EncodeChange(pool.now(), 6, pool.now(), 7);
  EXPECT_EQ(PoolReplica::Apply(*replica, Parse(change)).status().code(),
            absl::StatusCode::kInternal);
  EXPECT_EQ(PoolReplica::Apply(nullptr, Parse(change)).status().code(),
            absl::StatusCode::kInternal);
}

TEST(PoolReplicaTest, NothingNewKeepsTheReplica) {
  const PoolViewEncoder encoder;
  Pool pool(1);
  const auto replica = PoolReplica::Apply(nullptr, Parse(encoder.EncodeView(pool.now(), 5)));
  ASSERT_TRUE(replica.ok());
  v1::WatchPoolResponse nothing_new;
  nothing_new.set_position(5);
  nothing_new.set_base_position(5);
  EXPECT_EQ(*PoolReplica::Apply(*replica, nothing_new), *replica);
}

// Whatever comes over the wire makes an error or a replica, and never a crash.
TEST(PoolReplicaTest, BrokenMessagesAreRefusedOrMakeAReplica) {
  const PoolViewEncoder encoder;
  Pool pool(3);
  SeededRandom random(7);
  const std::string whole = encoder.EncodeView(pool.now(), 5);
  int usable = 0;
  for (int i = 0; i < 5'000; ++i) {
    std::string broken = whole;
    for (uint64_t j = random.Below(4); j < 4; ++j) {
      broken[random.Below(broken.size())] = static_cast<char>(random.Below(256));
    }
    v1::WatchPoolResponse message;
    if (!message.ParseFromString(broken)) continue;
    const auto replica = PoolReplica::Apply(nullptr, message);
    if (!replica.ok()) continue;
    ++usable;
    for (int j = 0; j < 3; ++j) {
      const LeaderQuery query = pool.Query();
      const auto answer = (*replica)->AnswerAlone(query, Now());
      EXPECT_TRUE(!answer.has_value() || query.leaders_only || !answer->brokers.empty());
    }
  }
  EXPECT_GT(usable, 0);
}

}  // namespace
}  // namespace bellwether

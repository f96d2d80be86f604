// What the control plane tells watchers, and what agents make of it: whatever happens to a pool, an
// agent that was told of it says who leads exactly as the control plane does.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agentclient/pool_replica.h"
#include "controlplane/assignment/jump_order.h"
#include "controlplane/assignment/leader_answer.h"
#include "controlplane/assignment/leader_view.h"
#include "controlplane/base/random.h"
#include "controlplane/base/stable_hash.h"
#include "controlplane/model/zone_cidr.h"
#include "controlplane/service/pool_view_proto.h"

namespace bellwether {
namespace {

constexpr AgentState kStates[] = {AgentState::kJoining, AgentState::kActive, AgentState::kActive,
                                  AgentState::kActive,  AgentState::kStale,  AgentState::kDraining,
                                  AgentState::kDead};
const std::vector<TopicPartitions> kTopics = {{"orders", 12}, {"payments", 7}, {"none", 0}};

MonotonicTime Now() { return MonotonicTime::SinceOrigin(absl::Hours(1)); }

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
    switch (random_.Below(6)) {
      case 0:
        ChangeAgents();
        break;
      case 1:
        NewPlan();
        break;
      case 2:
        ChangePlan();
        break;
      case 3: {
        auto cluster = std::make_shared<VirtualCluster>(*pool_.cluster);
        cluster->default_strategy =
            random_.Below(4) == 0 ? std::optional(Strategy::kSingleAgent) : std::nullopt;
        cluster->zone_cidrs = {*ParseZoneCidr("10.0.0.0/8", Zone())};
        pool_.cluster = std::move(cluster);
        break;
      }
      case 4:
        for (uint32_t& level : pool_.load_levels) {
          level = static_cast<uint32_t>(random_.Below(120));
        }
        return;
      default:
        ChangeAgents();
        ChangePlan();
        break;
    }
    pool_.load_levels = CarryLoadLevels(before, *pool_.view);
  }

  // The answer of the control plane.
  LeaderAnswer Answer(const LeaderQuery& query) const {
    auto leaders = std::make_shared<LeaderView>();
    leaders->view = pool_.view;
    PrepareLookups(pool_.plans, nullptr, *leaders);
    PrepareForQueries(*leaders);
    leaders->parts = std::make_shared<RestrictedViews>();
    LeaderGrounds grounds = FindGrounds(query, *pool_.cluster, leaders, ToldLoads(pool_), Now());
    return AnswerByPlan(query, *pool_.cluster, std::move(grounds),
                        [](const LeaderView&, uint32_t, uint64_t) {});
  }

  LeaderQuery Query() {
    LeaderQuery query;
    query.virtual_cluster = "orders";
    query.agent_id = absl::StrCat("agent-", random_.Below(12));
    query.client_id = absl::StrCat("client-", random_.Below(50));
    if (random_.Below(2) == 0) absl::StrAppend(&query.client_id, ",ws_az=", Zone());
    if (random_.Below(4) == 0) query.client_id += ",ws_pt=proxy-produce";
    if (random_.Below(6) == 0) query.client_id += ",ws_host_override=lb.example";
    if (random_.Below(6) == 0) query.client_id += ",ws_pas=nonsense";
    query.client_address = random_.Below(2) == 0 ? "10.1.2.3:555" : "192.0.2.1";
    query.topics = kTopics;
    return query;
  }

 private:
  std::string Zone() { return absl::StrCat("zone-", random_.Below(3)); }

  std::shared_ptr<const ViewAgent> NewAgent(uint64_t number) {
    ViewAgent agent;
    AgentSpec& spec = agent.registration.spec;
    spec.agent_id = absl::StrCat("agent-", number);
    spec.address = {absl::StrCat("host-", random_.Below(1'000)), 9092};
    spec.zone = Zone();
    if (random_.Below(3) == 0) spec.roles = {AgentRole::kProxyConsume};
    if (random_.Below(3) == 0) spec.agent_group = "batch";
    if (random_.Below(5) == 0) spec.default_strategy = Strategy::kConsistentRandomJump;
    spec.capacity_units = static_cast<int32_t>(1 + random_.Below(4));
    agent.registration.node_id = static_cast<int32_t>(number * 7);
    agent.state = kStates[random_.Below(std::size(kStates))];
    agent.hash = StableHash(spec.agent_id);
    return std::make_shared<const ViewAgent>(std::move(agent));
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
    ++plan->tick;
    if (plan->agents.size() < 3) return NewPlan();
    for (const TopicPartitions& topic : kTopics) {
      for (int32_t i = 0; i < topic.partition_count; ++i) {
        if (random_.Below(3) != 0) continue;
        const uint64_t partition = PartitionHash(StableHash("vci_1"), StableHash(topic.topic), i);
        std::erase_if(plan->displaced, [&](const auto& one) { return one.partition == partition; });
        std::erase_if(plan->spread, [&](const auto& one) { return one.partition == partition; });
        const uint64_t what = random_.Below(3);
        if (what == 0) {
          plan->displaced.push_back({partition, plan->tick, AnyOf(*plan)});
        } else if (what == 1) {
          plan->spread.push_back(AnySpread(partition, *plan));
        }
      }
    }
    const auto by_partition = [](const auto& a, const auto& b) {
      return a.partition < b.partition;
    };
    std::sort(plan->displaced.begin(), plan->displaced.end(), by_partition);
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
      spread.deal.push_back({hash, spread.members[random_.Below(2)]});
    }
    std::sort(spread.deal.begin(), spread.deal.end(),
              [](const DealtClient& a, const DealtClient& b) { return a.client < b.client; });
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

// Everything in an answer that a client could see.
std::string InFull(const LeaderAnswer& answer) {
  std::string text = absl::StrCat(
      "version ", answer.view->version, " cluster ", answer.virtual_cluster_uid, " strategy ",
      StrategyName(answer.strategy), " by ", StrategySourceName(answer.strategy_source), " zone ",
      ZoneResultName(answer.zone_result), " plan ", answer.plan_zone, " host ",
      answer.host_override, "\n");
  for (const uint32_t broker : answer.brokers) {
    const Registration& registration = answer.view->agents[broker]->registration;
    absl::StrAppend(&text, registration.spec.agent_id, " ", registration.node_id, " ",
                    FormatHostPort(registration.spec.address), " ", registration.spec.zone, "\n");
  }
  for (const LeaderAnswer::TopicLeaders& topic : answer.topics) {
    absl::StrAppend(&text, topic.topic, ":");
    for (const uint32_t leader : topic.leaders) {
      absl::StrAppend(&text, " ", answer.view->agents[leader]->registration.node_id);
    }
    absl::StrAppend(&text, "\n");
  }
  for (const Diagnostic& diagnostic : answer.diagnostics) {
    absl::StrAppend(&text, DiagnosticKindName(diagnostic.kind), " ", diagnostic.feature, "\n");
  }
  return text;
}

// How many of so many answers the replica could give alone; each has to be the control plane's.
int CompareAnswers(Pool& pool, const PoolReplica& replica, int count) {
  int answered = 0;
  for (int i = 0; i < count; ++i) {
    const LeaderQuery query = pool.Query();
    const auto answer = replica.Answer(query, Now(), [](const LeaderView&, uint32_t, uint64_t) {});
    if (!answer.has_value()) continue;
    ++answered;
    EXPECT_EQ(InFull(*answer), InFull(pool.Answer(query))) << query.client_id;
  }
  return answered;
}

class PoolReplicaContractTest : public testing::TestWithParam<uint64_t> {};

TEST_P(PoolReplicaContractTest, ReplicaAnswersAsTheControlPlaneWhateverHappens) {
  const PoolViewEncoder encoder;
  Pool pool(GetParam());
  int64_t position = 1'000;
  auto replica = PoolReplica::Apply(nullptr, Parse(encoder.EncodeView(pool.now(), position)));
  ASSERT_TRUE(replica.ok()) << replica.status();
  int answered = CompareAnswers(pool, **replica, 20);
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
    answered += CompareAnswers(pool, **replica, 20);
    if (HasFailure()) FAIL() << "at step " << step;
  }
  EXPECT_GT(answered, 1'000) << "else nothing was compared";
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
      const auto answer = (*replica)->AnswerAlone(pool.Query(), Now(), random);
      EXPECT_TRUE(!answer.has_value() || !answer->brokers.empty());
    }
  }
  EXPECT_GT(usable, 0);
}

}  // namespace
}  // namespace bellwether

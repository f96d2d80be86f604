#include "controlplane/discovery/leader_explainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/assignment/preference_list.h"
#include "controlplane/base/fake_clock.h"
#include "controlplane/base/stable_hash.h"
#include "controlplane/discovery/leader_resolver.h"
#include "controlplane/membership/agent_registry.h"
#include "controlplane/model/error.h"
#include "controlplane/store/in_memory_metadata_store.h"

namespace bellwether {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// An explainer has no observer, so none of its calls may reach this one.
class SilentObserver final : public LeaderQueryObserver {
 public:
  void RecordAnswer(Strategy strategy, StrategySource source) override {}
  void RecordZone(ZoneResult result) override {}
  void RecordFailure(const absl::Status& /*error*/) override {}
  void RecordAgentAnswers(const AnswerTally& /*tally*/) override {}
  void RecordDiagnostic(DiagnosticKind kind) override {}
};

constexpr int kAgents = 5;

// The virtual cluster "orders" and its pool of "a0" to "a4": a0 and a1 in zone "west", the others
// in "east"; a2 alone in group "batch".
class LeaderExplainerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto catalog = Catalog::Open(store_, clock_, random_, {});
    ASSERT_TRUE(catalog.ok()) << catalog.status();
    catalog_ = *std::move(catalog);
    ASSERT_TRUE(catalog_->CreateVirtualCluster("orders", {}, {}).ok());
    resolver_ = std::make_unique<LeaderResolver>(*catalog_, planners_, clock_, dice_, observer_);
    explainer_ = std::make_unique<LeaderExplainer>(*catalog_, planners_, clock_, dice_);
    for (int i = 0; i < kAgents; ++i) {
      Registration registration;
      registration.spec.agent_id = absl::StrCat("a", i);
      registration.spec.boot_id = "boot";
      registration.spec.address = {"10.0.0.1", 9092};
      registration.spec.zone = i < 2 ? "west" : "east";
      if (i == 2) registration.spec.agent_group = "batch";
      registration.agent_pool_id = "apn_orders";
      registration.epoch = 1;
      registry_.Add(registration);
      SendHeartbeat(absl::StrCat("a", i), 0.1 * (i + 1), 10);
    }
  }

  void SendHeartbeat(const std::string& agent_id, double cpu, int64_t connections,
                     int64_t in_flight_requests = 0) {
    Heartbeat heartbeat;
    heartbeat.agent = {"apn_orders", agent_id};
    heartbeat.epoch = 1;
    heartbeat.sequence = ++sequence_;
    heartbeat.report.load.cpu_utilization = cpu;
    heartbeat.report.load.connections = connections;
    heartbeat.report.load.in_flight_requests = in_flight_requests;
    ASSERT_TRUE(registry_.RecordHeartbeat(heartbeat).ok());
  }
  // Lets the leases of some agents end.
  void Silence(const std::set<std::string>& silent) {
    for (int heartbeat = 0; heartbeat < 4; ++heartbeat) {
      clock_.Advance(absl::Seconds(3));
      for (int i = 0; i < kAgents; ++i) {
        const std::string id = absl::StrCat("a", i);
        if (silent.count(id) == 0) SendHeartbeat(id, 0.1 * (i + 1), 10);
      }
    }
  }

  uint64_t Hash(int32_t partition) const {
    const std::string uid = catalog_->View()->FindVirtualCluster("orders")->uid;
    return PartitionHash(StableHash(uid), StableHash("clicks"), partition);
  }
  // The agents' hashes in the order of a plan, and the position of an agent in it.
  static std::vector<uint64_t> Hashes() {
    std::vector<uint64_t> hashes;
    for (int i = 0; i < kAgents; ++i) hashes.push_back(StableHash(absl::StrCat("a", i)));
    std::sort(hashes.begin(), hashes.end());
    return hashes;
  }
  static AgentPosition Planned(const std::string& agent_id) {
    const std::vector<uint64_t> hashes = Hashes();
    return static_cast<AgentPosition>(
        std::find(hashes.begin(), hashes.end(), StableHash(agent_id)) - hashes.begin());
  }
  // Ids in the partition's preference list.
  std::vector<std::string> Order(int32_t partition) const {
    std::vector<RankedAgent> agents;
    for (int i = 0; i < kAgents; ++i) agents.push_back({StableHash(absl::StrCat("a", i)), 1});
    std::vector<std::string> ids;
    for (const uint32_t i : PreferenceList(Hash(partition), agents))
      ids.push_back(absl::StrCat("a", i));
    return ids;
  }
  static Plan EmptyPlan() {
    Plan plan;
    plan.round = 5;
    for (const uint64_t hash : Hashes()) plan.agents.push_back({hash, 1, 1, false});
    return plan;
  }
  void Restore(const Plan& plan) {
    ASSERT_TRUE(IsValidPlan(plan));
    PlanSet plans;
    plans.whole = std::make_shared<const Plan>(plan);
    planners_.Find("apn_orders")->Restore(plans);
  }

  static ExplanationQuery MakeQuery(const std::string& client_id = "app") {
    ExplanationQuery query;
    query.client.virtual_cluster = "orders";
    query.client.client_id = client_id;
    query.client.client_address = "10.1.0.1:40000";
    query.topic = "clicks";
    query.partition = 3;
    return query;
  }
  LeaderExplanation Explain(const ExplanationQuery& query) {
    absl::StatusOr<LeaderExplanation> explanation = explainer_->Explain(query);
    if (!explanation.ok()) {
      ADD_FAILURE() << explanation.status();
      return {};
    }
    return *std::move(explanation);
  }
  // The leader that the resolver returns.
  std::string Resolve(const ExplanationQuery& query) {
    LeaderQuery leader_query;
    static_cast<AskingClient&>(leader_query) = query.client;
    leader_query.topics = {{query.topic, query.partition + 1}};
    const absl::StatusOr<LeaderAnswer> answer = resolver_->Resolve(leader_query);
    if (!answer.ok()) return answer.status().ToString();
    return answer->view->agents[answer->topics[0].leaders.back()]->registration.spec.agent_id;
  }
  void ExpectError(const ExplanationQuery& query, absl::StatusCode code, Reason reason) {
    const absl::Status status = explainer_->Explain(query).status();
    EXPECT_EQ(status.code(), code) << status;
    EXPECT_EQ(GetReason(status), reason) << status;
  }

  FakeClock clock_;
  SeededRandom random_{1};
  SeededRandom dice_{7};
  InMemoryMetadataStore store_;
  AgentRegistry registry_{clock_, MembershipOptions{}};
  PoolPlanners planners_{registry_, clock_, 0};
  SilentObserver observer_;
  std::unique_ptr<Catalog> catalog_;
  std::unique_ptr<LeaderResolver> resolver_;
  std::unique_ptr<LeaderExplainer> explainer_;
  int64_t sequence_ = 0;
};

TEST_F(LeaderExplainerTest, PreferredLeaderIsSaidToBeTheFirstInThePartitionsOrder) {
  const LeaderExplanation explanation = Explain(MakeQuery());
  const std::vector<std::string> order = Order(3);
  EXPECT_EQ(explanation.facts.leader, order[0]);
  EXPECT_EQ(explanation.facts.preferred, order[0]);
  EXPECT_EQ(explanation.facts.reason, LeaderReason::kPreferredLeader);
  EXPECT_THAT(explanation.words.why_this_leader, HasSubstr("is the preferred leader of clicks-3"));
  EXPECT_THAT(explanation.words.why_not_preferred_leader, HasSubstr("is the preferred leader"));
  EXPECT_THAT(explanation.words.why_this_zone, HasSubstr("unknown"));
  ASSERT_EQ(explanation.facts.agents.size(), 5u);
  for (size_t i = 0; i < order.size(); ++i) {
    const ExplainedAgent& agent = explanation.facts.agents[i];
    EXPECT_EQ(agent.agent->registration.spec.agent_id, order[i]);
    EXPECT_EQ(agent.rank, i + 1);
    EXPECT_TRUE(agent.considered);
    EXPECT_NEAR(*agent.reported_utilization, 0.1 * (order[i][1] - '0' + 1), 1e-9);
    EXPECT_TRUE(agent.assigned_bytes_per_second.has_value());
    EXPECT_FALSE(agent.estimate.has_value());
  }
}

TEST_F(LeaderExplainerTest, WhoIsExplainedIsWhoIsNamed) {
  Plan plan = EmptyPlan();
  for (int32_t partition = 0; partition < 12; ++partition) {
    if (partition % 3 == 1) {
      const AgentPosition leader = Planned(Order(partition)[2]);
      plan.moved.push_back({Hash(partition), 3, leader, MoveCause::kRebalanced});
    }
    if (partition % 3 == 2) {
      plan.spread.push_back({Hash(partition), 2, MoveCause::kSpread, {0, 2, 4}, {}});
    }
  }
  const auto by_partition = [](const auto& a, const auto& b) { return a.partition < b.partition; };
  std::sort(plan.moved.begin(), plan.moved.end(), by_partition);
  std::sort(plan.spread.begin(), plan.spread.end(), by_partition);
  Restore(plan);
  std::set<LeaderReason> reasons;
  const auto compare = [&] {
    for (const char* features : {"", ",ws_az=west", ",ws_ag=batch", ",ws_host_override=lb"}) {
      for (int32_t partition = 0; partition < 12; ++partition) {
        ExplanationQuery query = MakeQuery(absl::StrCat("app", features));
        query.partition = partition;
        const LeaderFacts facts = Explain(query).facts;
        EXPECT_EQ(facts.leader, Resolve(query)) << features << partition;
        reasons.insert(facts.reason);
      }
    }
  };
  compare();
  Silence({"a2", "a3"});
  compare();
  EXPECT_THAT(reasons, ElementsAre(LeaderReason::kPreferredLeader, LeaderReason::kMoved,
                                   LeaderReason::kSpread, LeaderReason::kFallback,
                                   LeaderReason::kHostOverride));
}

TEST_F(LeaderExplainerTest, MovedPartitionTellsSinceWhenAndWhy) {
  Plan plan = EmptyPlan();
  plan.moved = {{Hash(3), 3, Planned(Order(3)[2]), MoveCause::kRebalanced}};
  Restore(plan);
  const LeaderExplanation explanation = Explain(MakeQuery());
  EXPECT_EQ(explanation.facts.leader, Order(3)[2]);
  EXPECT_EQ(explanation.facts.preferred, Order(3)[0]);
  EXPECT_EQ(explanation.facts.reason, LeaderReason::kMoved);
  EXPECT_EQ(explanation.facts.plan.since_round, 3u);
  EXPECT_EQ(explanation.facts.plan.cause, MoveCause::kRebalanced);
  EXPECT_THAT(explanation.words.why_this_leader,
              AllOf(HasSubstr("since balancing round 3"), HasSubstr("was overloaded")));
  EXPECT_THAT(explanation.words.why_not_preferred_leader,
              AllOf(HasSubstr(Order(3)[0]), HasSubstr("moved the partition off it")));
}

TEST_F(LeaderExplainerTest, SilentLeaderOfAMovedPartitionIsNamedAsTheReason) {
  Plan plan = EmptyPlan();
  plan.moved = {{Hash(3), 3, Planned(Order(3)[2]), MoveCause::kRebalanced}};
  Restore(plan);
  Silence({Order(3)[2], Order(3)[0]});
  const LeaderExplanation explanation = Explain(MakeQuery());
  EXPECT_EQ(explanation.facts.leader, Order(3)[1]);
  EXPECT_EQ(explanation.facts.reason, LeaderReason::kFallback);
  EXPECT_THAT(
      explanation.words.why_this_leader,
      AllOf(HasSubstr(absl::StrCat("is the fallback for ", Order(3)[2])), HasSubstr("is SUSPECT")));
  EXPECT_THAT(explanation.words.why_not_preferred_leader,
              AllOf(HasSubstr(absl::StrCat("The preferred leader is ", Order(3)[0])),
                    HasSubstr("is SUSPECT")));
}

TEST_F(LeaderExplainerTest, SilentPreferredLeaderIsNamedAsTheReason) {
  ASSERT_EQ(Explain(MakeQuery()).facts.leader, Order(3)[0]);
  Silence({Order(3)[0]});
  const LeaderExplanation explanation = Explain(MakeQuery());
  EXPECT_EQ(explanation.facts.leader, Order(3)[1]);
  EXPECT_EQ(explanation.facts.preferred, Order(3)[0]);
  EXPECT_EQ(explanation.facts.reason, LeaderReason::kFallback);
  EXPECT_THAT(explanation.words.why_not_preferred_leader, HasSubstr("is SUSPECT: it missed"));
  const ExplainedAgent* preferred = explanation.facts.FindAgent(Order(3)[0]);
  ASSERT_NE(preferred, nullptr);
  EXPECT_EQ(preferred->agent->state, AgentState::kSuspect);
  EXPECT_FALSE(preferred->candidate);
}

TEST_F(LeaderExplainerTest, SpreadPartitionTellsItsLeadersAndWhetherItCanBeSplit) {
  Plan plan = EmptyPlan();
  plan.spread = {{Hash(3), 4, MoveCause::kSpread, {0, 1, 3}, {}}};
  plan.unsplittable = {{Hash(3), 5}};
  Restore(plan);
  const LeaderExplanation explanation = Explain(MakeQuery());
  EXPECT_EQ(explanation.facts.reason, LeaderReason::kSpread);
  EXPECT_EQ(explanation.facts.plan.leaders.size(), 3u);
  EXPECT_EQ(explanation.facts.plan.unsplittable_since_round, 5u);
  for (const std::string& leader : explanation.facts.plan.leaders) {
    EXPECT_THAT(explanation.words.why_this_leader, HasSubstr(leader));
  }
  EXPECT_THAT(
      explanation.words.why_this_leader,
      AllOf(HasSubstr("over 3 agents since balancing round 4"), HasSubstr("single client")));
}

TEST_F(LeaderExplainerTest, ClientThatWasAssignedIsToldSo) {
  Plan plan = EmptyPlan();
  const ExplanationQuery query = MakeQuery();
  const uint64_t client = ClientHash(query.client.client_id, query.client.client_address);
  // The agent that the client's hash does not prefer.
  const std::vector<uint64_t> hashes = Hashes();
  const AgentPosition member =
      MemberFor(client, Hash(3), {{hashes[0], 1}, {hashes[3], 1}}) == 0 ? 3 : 0;
  plan.spread = {{Hash(3), 4, MoveCause::kSpread, {0, 3}, {{client, member}}}};
  Restore(plan);
  const LeaderExplanation explanation = Explain(query);
  EXPECT_EQ(explanation.facts.reason, LeaderReason::kAssigned);
  EXPECT_EQ(StableHash(explanation.facts.leader), hashes[member]);
  EXPECT_THAT(explanation.words.why_this_leader, HasSubstr("is assigned to"));
}

TEST_F(LeaderExplainerTest, HostOverrideIsTheReasonForOneBroker) {
  const LeaderExplanation explanation = Explain(MakeQuery("app,ws_host_override=lb"));
  EXPECT_EQ(explanation.facts.reason, LeaderReason::kHostOverride);
  EXPECT_THAT(explanation.words.why_this_leader, HasSubstr("ws_host_override"));
  EXPECT_THAT(explanation.words.why_not_preferred_leader,
              HasSubstr("preferred leaders do not apply"));
}

TEST_F(LeaderExplainerTest, EveryLevelOfTheStrategyIsTold) {
  EXPECT_THAT(Explain(MakeQuery()).words.why_this_strategy,
              AllOf(HasSubstr("decided by: system"), HasSubstr("client id does not choose one"),
                    HasSubstr("no agent id")));
  EXPECT_THAT(Explain(MakeQuery("app,ws_pas=single_agent")).words.why_this_strategy,
              AllOf(HasSubstr("single_agent, decided by: client_id"),
                    HasSubstr("the client id asks for single_agent")));
  ExplanationQuery query = MakeQuery("app,ws_pas=singel_agent");
  query.client.agent_id = "a9";
  const LeaderExplanation explanation = Explain(query);
  EXPECT_THAT(explanation.words.why_this_strategy,
              AllOf(HasSubstr("ws_pas=singel_agent"), HasSubstr("\"a9\" is not in the pool")));
  ASSERT_EQ(explanation.facts.grounds.features.diagnostics.size(), 1u);
}

TEST_F(LeaderExplainerTest, ZoneThatDecidedIsTold) {
  const LeaderExplanation explanation = Explain(MakeQuery("app,ws_az=west"));
  EXPECT_EQ(explanation.facts.considered, 2u);
  EXPECT_EQ(explanation.facts.candidates, 5u);
  EXPECT_THAT(explanation.words.why_this_zone,
              HasSubstr("only agents of that zone were considered: 2."));
  EXPECT_THAT(explanation.words.why_this_zone, HasSubstr("The zone has no plan"));
  for (const ExplainedAgent& agent : explanation.facts.agents) {
    EXPECT_EQ(agent.fits_zone, agent.agent->registration.spec.zone == "west");
    EXPECT_EQ(agent.considered, agent.fits_zone);
  }
}

TEST_F(LeaderExplainerTest, PlanOfTheZoneIsTold) {
  PlanSet plans;
  plans.whole = std::make_shared<const Plan>(EmptyPlan());
  Plan west = EmptyPlan();
  west.round = 9;
  std::erase_if(west.agents, [](const PlanAgent& agent) {
    return agent.hash != StableHash("a0") && agent.hash != StableHash("a1");
  });
  const std::string preferred = Explain(MakeQuery("app,ws_az=west")).facts.leader;
  const AgentPosition other = StableHash(preferred) == west.agents[0].hash ? 1 : 0;
  west.moved = {{Hash(3), 7, other, MoveCause::kRebalanced}};
  plans.zones["west"] = std::make_shared<const Plan>(west);
  ASSERT_TRUE(IsValidPlan(west));
  planners_.Find("apn_orders")->Restore(plans);
  Silence({"a4"});

  const LeaderExplanation explanation = Explain(MakeQuery("app,ws_az=west"));
  EXPECT_EQ(explanation.facts.plan.zone, "west");
  EXPECT_EQ(explanation.facts.plan.round, 9u);
  EXPECT_EQ(explanation.facts.reason, LeaderReason::kMoved);
  EXPECT_NE(explanation.facts.leader, preferred);
  EXPECT_EQ(explanation.facts.preferred, preferred);
  EXPECT_THAT(explanation.words.why_this_zone, HasSubstr("The zone has its own plan"));
  EXPECT_EQ(Explain(MakeQuery("app")).facts.plan.zone, "");

  ExplanationQuery without = MakeQuery("app,ws_az=west");
  without.what_if.emplace();
  without.what_if->change.gone = {explanation.facts.leader};
  const LeaderExplanation left = Explain(without);
  EXPECT_EQ(left.what_if->facts->leader, preferred) << "the zone's plan takes it in";
  EXPECT_EQ(left.what_if->facts->plan.zone, "west");
}

TEST_F(LeaderExplainerTest, PreferredLeaderInAnotherZoneIsToldAsTheReason) {
  int others = 0;
  for (int32_t partition = 0; partition < 8; ++partition) {
    ExplanationQuery query = MakeQuery("app,ws_az=west");
    query.partition = partition;
    const LeaderExplanation explanation = Explain(query);
    if (explanation.facts.reason == LeaderReason::kPreferredLeader) continue;
    ++others;
    EXPECT_THAT(explanation.words.why_not_preferred_leader,
                HasSubstr("it is in zone \"east\", and the client is in \"west\""));
  }
  EXPECT_GT(others, 0);
}

TEST_F(LeaderExplainerTest, ZoneThatHasNobodyIsTold) {
  Silence({"a0", "a1"});
  const LeaderExplanation explanation = Explain(MakeQuery("app,ws_az=west"));
  EXPECT_EQ(explanation.facts.grounds.agents.zone_result, ZoneResult::kMiss);
  EXPECT_EQ(explanation.facts.considered, 3u);
  EXPECT_THAT(explanation.words.why_this_zone,
              AllOf(HasSubstr("\"west\""), HasSubstr("no matching agent of the zone")));
}

TEST_F(LeaderExplainerTest, ZoneThatIsOverloadedIsTold) {
  SendHeartbeat("a0", 0.99, 10);
  SendHeartbeat("a1", 0.99, 10);
  const LeaderExplanation explanation = Explain(MakeQuery("app,ws_az=west"));
  EXPECT_EQ(explanation.facts.considered, 5u);
  EXPECT_THAT(explanation.words.why_this_zone, HasSubstr("above 90 %"));
}

TEST_F(LeaderExplainerTest, GroupIsTaken) {
  const LeaderExplanation taken = Explain(MakeQuery("app,ws_ag=batch"));
  EXPECT_EQ(taken.facts.leader, "a2");
  EXPECT_THAT(taken.words.why_these_agents,
              AllOf(HasSubstr("1 of the 5 candidates"), HasSubstr("group \"batch\"")));
  if (taken.facts.preferred != "a2") {
    EXPECT_THAT(taken.words.why_not_preferred_leader, HasSubstr("does not have the agent group"));
  }
}

TEST_F(LeaderExplainerTest, ChoiceOfTwoTellsItsEstimates) {
  const LeaderExplanation explanation = Explain(MakeQuery("app,ws_pas=single_agent"));
  const LeaderFacts& facts = explanation.facts;
  EXPECT_EQ(facts.reason, LeaderReason::kLessLoaded);
  ASSERT_EQ(facts.drawn.size(), 2u);
  // Loads rise with the ids.
  EXPECT_EQ(facts.leader, std::min(facts.drawn[0], facts.drawn[1]));
  for (const std::string& id : facts.drawn) {
    const ExplainedAgent* agent = facts.FindAgent(id);
    ASSERT_NE(agent, nullptr);
    EXPECT_NEAR(agent->estimate->utilization, 0.1 * (id[1] - '0' + 1), 1e-9);
  }
  EXPECT_THAT(explanation.words.why_this_leader,
              AllOf(HasSubstr("has the lower estimate"), HasSubstr("new choice"),
                    HasSubstr("does not count"), HasSubstr("0 % busy, 10 connections")));
  EXPECT_THAT(explanation.words.why_not_preferred_leader,
              HasSubstr("no partition has a preferred leader"));
}

TEST_F(LeaderExplainerTest, SameDiceGiveTheChoiceThatAClientWouldGet) {
  for (uint64_t seed = 1; seed < 30; ++seed) {
    const std::shared_ptr<const PoolSnapshot> pool = planners_.Find("apn_orders")->Current();
    SeededRandom dice(seed);
    const SingleAgentQuestion question{*pool, pool->pending_loads,  pool->view->candidates, {},
                                       false, clock_.MonotonicNow()};
    const SingleAgentChoice choice = ChooseSingleAgent(question, dice);
    SeededRandom same_dice(seed);
    EXPECT_EQ(PickSingleAgent(question, same_dice), choice.picked);
  }
}

TEST_F(LeaderExplainerTest, HotAgentIsToldToBeAvoided) {
  SendHeartbeat("a0", 0.05, 10, /*in_flight_requests=*/500);
  bool seen = false;
  for (int i = 0; i < 40 && !seen; ++i) {
    const LeaderExplanation explanation = Explain(MakeQuery("app,ws_pas=single_agent"));
    EXPECT_NE(explanation.facts.leader, "a0");
    seen = std::count(explanation.facts.drawn.begin(), explanation.facts.drawn.end(), "a0") > 0;
    if (!seen) continue;
    EXPECT_TRUE(explanation.facts.FindAgent("a0")->estimate->hot);
    EXPECT_THAT(explanation.words.why_this_leader,
                AllOf(HasSubstr("HOT"), HasSubstr("is not hot")));
  }
  EXPECT_TRUE(seen);
}

TEST_F(LeaderExplainerTest, StickyClientIsToldToStay) {
  VirtualClusterFields fields;
  fields.single_agent_sticky = true;
  ASSERT_TRUE(catalog_->CreateVirtualCluster("steady", fields, {}).ok());
  Registration registration;
  registration.spec.boot_id = "boot";
  registration.spec.address = {"10.0.0.1", 9092};
  registration.agent_pool_id = "apn_steady";
  registration.epoch = 1;
  for (const char* id : {"s0", "s1"}) {
    registration.spec.agent_id = id;
    registry_.Add(registration);
    Heartbeat heartbeat;
    heartbeat.agent = {"apn_steady", id};
    heartbeat.epoch = 1;
    heartbeat.sequence = 1;
    heartbeat.report.load.cpu_utilization = 0.5;
    ASSERT_TRUE(registry_.RecordHeartbeat(heartbeat).ok());
  }
  ExplanationQuery query = MakeQuery("app,ws_pas=single_agent");
  query.client.virtual_cluster = "steady";
  query.client.agent_id = "s1";
  query.client.established = true;
  const LeaderExplanation explanation = Explain(query);
  EXPECT_EQ(explanation.facts.leader, "s1");
  EXPECT_EQ(explanation.facts.reason, LeaderReason::kStays);
  EXPECT_THAT(explanation.words.why_this_leader,
              AllOf(HasSubstr("stays there"), HasSubstr("single_agent_sticky")));
}

TEST_F(LeaderExplainerTest, ExplainingLeavesNoTrace) {
  const std::shared_ptr<const PoolSnapshot> before = planners_.Find("apn_orders")->Current();
  ExplanationQuery query = MakeQuery("app,ws_pas=single_agent");
  query.client.agent_id = "a4";
  query.client.established = true;
  query.what_if.emplace();
  query.what_if->change.gone = {"a1"};
  query.what_if->change.added.push_back(before->view->agents[0]->registration.spec);
  query.what_if->change.added[0].agent_id = "b0";
  for (int i = 0; i < 20; ++i) Explain(query);
  const std::shared_ptr<const PoolSnapshot> after = planners_.Find("apn_orders")->Current();
  EXPECT_EQ(after, before) << "neither the view nor the plan";
  for (const std::shared_ptr<PendingLoad>& pending_load : after->pending_loads) {
    EXPECT_EQ(pending_load->pending(), 0);
  }
}

TEST_F(LeaderExplainerTest, WhatIfTheLeaderWereGone) {
  ExplanationQuery query = MakeQuery();
  query.what_if.emplace();
  query.what_if->change.gone = {Order(3)[0]};
  const LeaderExplanation explanation = Explain(query);
  EXPECT_EQ(explanation.facts.leader, Order(3)[0]);
  ASSERT_TRUE(explanation.what_if.has_value());
  EXPECT_EQ(explanation.what_if->facts->leader, Order(3)[1]);
  EXPECT_EQ(explanation.what_if->facts->preferred, Order(3)[1]);
  EXPECT_EQ(explanation.what_if->changes[0],
            absl::StrCat("The leader would be ", Order(3)[1], " instead of ", Order(3)[0], "."));
}

TEST_F(LeaderExplainerTest, WhatIfIsWhatHappensThen) {
  // Leaders by partition, as they would be without a1, and then as they are.
  std::vector<std::string> expected;
  ExplanationQuery query = MakeQuery();
  query.what_if.emplace();
  query.what_if->change.gone = {"a1"};
  for (int32_t partition = 0; partition < 64; ++partition) {
    query.partition = partition;
    expected.push_back(Explain(query).what_if->facts->leader);
  }
  EXPECT_GT(std::set<std::string>(expected.begin(), expected.end()).size(), 3u);
  registry_.Remove({"apn_orders", "a1"}, 1);
  for (int32_t partition = 0; partition < 64; ++partition) {
    query.partition = partition;
    EXPECT_EQ(Resolve(query), expected[static_cast<size_t>(partition)]);
  }
}

TEST_F(LeaderExplainerTest, WhatIfAnAgentCame) {
  int moved = 0;
  ExplanationQuery query = MakeQuery();
  query.what_if.emplace();
  AgentSpec spec;
  spec.agent_id = "b0";
  spec.boot_id = "boot";
  spec.address = {"10.0.0.9", 9092};
  spec.weight = 5;
  query.what_if->change.added = {spec};
  for (int32_t partition = 0; partition < 40; ++partition) {
    query.partition = partition;
    const LeaderExplanation explanation = Explain(query);
    if (explanation.what_if->facts->leader == "b0") {
      ++moved;
      EXPECT_THAT(explanation.what_if->changes[0], HasSubstr("would be b0"));
    } else {
      EXPECT_EQ(explanation.what_if->facts->leader, explanation.facts.leader);
      EXPECT_THAT(explanation.what_if->changes[0], HasSubstr("would still lead"));
    }
  }
  // Half of the total weight; nothing has traffic, so it has room for every partition.
  EXPECT_GT(moved, 10);
  EXPECT_LT(moved, 30);
}

TEST_F(LeaderExplainerTest, WhatIfAnotherStrategyApplied) {
  ExplanationQuery query = MakeQuery();
  query.what_if.emplace().strategy = Strategy::kSingleAgent;
  const LeaderExplanation explanation = Explain(query);
  EXPECT_EQ(explanation.facts.reason, LeaderReason::kPreferredLeader);
  EXPECT_EQ(explanation.what_if->facts->reason, LeaderReason::kLessLoaded);
  EXPECT_THAT(
      explanation.what_if->changes,
      testing::Contains("The strategy would be single_agent instead of consistent_random_jump."));
}

TEST_F(LeaderExplainerTest, WhatIfNobodyWereLeft) {
  ExplanationQuery query = MakeQuery();
  query.what_if.emplace().change.gone = {"a0", "a1", "a2", "a3", "a4"};
  const LeaderExplanation explanation = Explain(query);
  EXPECT_FALSE(explanation.what_if->facts.has_value());
  EXPECT_THAT(explanation.what_if->changes, ElementsAre(HasSubstr("NO_LIVE_AGENT")));
}

TEST_F(LeaderExplainerTest, BigPoolDoesNotMakeABigAnswer) {
  for (int i = 0; i < 100; ++i) {
    Registration registration;
    registration.spec.agent_id = absl::StrCat("m", i);
    registration.spec.boot_id = "boot";
    registration.spec.address = {"10.0.0.1", 9092};
    registration.agent_pool_id = "apn_orders";
    registration.epoch = 1;
    registry_.Add(registration);
    SendHeartbeat(registration.spec.agent_id, 0.3, 10);
  }
  for (const char* client_id : {"app", "app,ws_pas=single_agent"}) {
    ExplanationQuery query = MakeQuery(client_id);
    query.client.agent_id = "m57";
    const LeaderFacts facts = Explain(query).facts;
    EXPECT_EQ(facts.agents.size(), kMaxExplainedAgents);
    EXPECT_EQ(facts.agents_left_out, 105 - kMaxExplainedAgents);
    EXPECT_EQ(facts.agents[0].agent->registration.spec.agent_id, facts.leader);
    EXPECT_NE(facts.FindAgent(facts.preferred), nullptr);
    EXPECT_NE(facts.FindAgent("m57"), nullptr) << "the agent that was asked";
  }
}

TEST_F(LeaderExplainerTest, ImpossibleQuestionsAreRefused) {
  ExplanationQuery query = MakeQuery();
  query.topic = "";
  ExpectError(query, absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument);
  query.topic = std::string(250, 't');
  ExpectError(query, absl::StatusCode::kInvalidArgument, Reason::kLimitExceeded);
  query = MakeQuery();
  query.partition = -1;
  ExpectError(query, absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument);
  query = MakeQuery();
  query.client.virtual_cluster = "nowhere";
  ExpectError(query, absl::StatusCode::kNotFound, Reason::kVirtualClusterNotFound);

  query = MakeQuery();
  query.what_if.emplace().change.gone = {"a9"};
  ExpectError(query, absl::StatusCode::kNotFound, Reason::kAgentNotFound);
  query.what_if->change.gone = {"a1", "a1"};
  ExpectError(query, absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument);
  query.what_if->change.gone.assign(kMaxWhatIfAgents + 1, "a1");
  ExpectError(query, absl::StatusCode::kInvalidArgument, Reason::kLimitExceeded);
  AgentSpec spec;
  spec.agent_id = "a1";
  spec.boot_id = "boot";
  spec.address = {"10.0.0.9", 9092};
  // Not even in place of itself.
  query.what_if->change.gone = {"a1"};
  query.what_if->change.added = {spec};
  ExpectError(query, absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument);
  spec.agent_id = "b1";
  spec.weight = 1'000;
  query.what_if->change.added = {spec};
  ExpectError(query, absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument);
}

}  // namespace
}  // namespace bellwether

#include "controlplane/planning/pool_planner.h"

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/assignment/preference_list.h"
#include "controlplane/base/fake_clock.h"
#include "controlplane/base/stable_hash.h"
#include "controlplane/membership/test_agents.h"
#include "gtest/gtest.h"

namespace bellwether {
namespace {

constexpr int64_t kFirstVersion = 1'000;

class PoolPlannerTest : public testing::Test {
 protected:
  PoolPlannerTest()
      : pool_(std::make_shared<PoolMembers>("apn_orders", MembershipOptions{})),
        planner_(pool_, clock_, kFirstVersion) {}

  void SendHeartbeat(const std::string& agent_id, int64_t sequence) {
    const auto reply =
        pool_->RecordHeartbeat(TestHeartbeat(agent_id, sequence), clock_.MonotonicNow());
    ASSERT_TRUE(reply.ok()) << reply.status();
  }
  void AddActive(const std::string& agent_id, int32_t weight = 1) {
    Registration registration = TestRegistration(agent_id);
    registration.spec.weight = weight;
    pool_->Add(registration, clock_.MonotonicNow());
    SendHeartbeat(agent_id, 1);
  }
  std::shared_ptr<const PoolView> View() { return planner_.Current()->view; }
  // The ids of the candidates, in the order of the view.
  std::string Candidates() {
    const std::shared_ptr<const PoolView> view = View();
    std::string ids;
    for (const uint32_t i : view->candidates) ids += view->agents[i]->registration.spec.agent_id;
    return ids;
  }

  FakeClock clock_;
  const std::shared_ptr<PoolMembers> pool_;
  PoolPlanner planner_;
};

TEST_F(PoolPlannerTest, EmptyPoolHasAnEmptyView) {
  const auto snapshot = planner_.Current();
  EXPECT_EQ(snapshot->view->agent_pool_id, "apn_orders");
  EXPECT_TRUE(snapshot->view->agents.empty());
  EXPECT_TRUE(snapshot->cumulative_weights.empty());
  EXPECT_GT(snapshot->view->version, kFirstVersion);
}

TEST_F(PoolPlannerTest, ViewShowsTheAgentsWithTheirHashesAndWeights) {
  AddActive("b", 3);
  AddActive("a", 2);
  const auto snapshot = planner_.Current();
  ASSERT_EQ(snapshot->view->agents.size(), 2u);
  EXPECT_EQ(snapshot->view->agents[0]->registration.spec.agent_id, "a");
  EXPECT_EQ(snapshot->view->agents[0]->state, AgentState::kActive);
  EXPECT_EQ(snapshot->view->agents[1]->hash, StableHash("b"));
  EXPECT_EQ(snapshot->cumulative_weights, (std::vector<uint64_t>{2, 5}));
  ASSERT_EQ(snapshot->pending_loads.size(), 2u);
  EXPECT_EQ(snapshot->pending_loads[1]->reported_load(), 0.5 * 3);
}

TEST_F(PoolPlannerTest, OrdinaryHeartbeatKeepsTheView) {
  AddActive("a");
  AddActive("b");
  const auto before = planner_.Current();
  // Long enough for every lease to be renewed and every snapshot to expire.
  for (int64_t sequence = 2; sequence < 30; ++sequence) {
    clock_.Advance(absl::Seconds(3));
    SendHeartbeat("a", sequence);
    SendHeartbeat("b", sequence);
    EXPECT_EQ(View(), before->view);
  }
  const auto after = planner_.Current();
  EXPECT_EQ(after->view->version, before->view->version);
  EXPECT_EQ(after->cumulative_weights, before->cumulative_weights);
  EXPECT_GT(after->valid_until, before->valid_until);
}

TEST_F(PoolPlannerTest, NothingIsMadeWhileTheSnapshotIsTrue) {
  AddActive("a");
  const auto before = planner_.Current();
  clock_.Advance(absl::Seconds(8));
  EXPECT_EQ(planner_.Current(), before);
}

TEST_F(PoolPlannerTest, ViewVersionRises) {
  int64_t version = View()->version;
  const auto rose = [&] {
    const int64_t before = version;
    version = View()->version;
    return version > before;
  };
  AddActive("a");
  EXPECT_TRUE(rose());
  AddActive("b");
  EXPECT_TRUE(rose());
  pool_->SetDraining("a", true);
  EXPECT_TRUE(rose());
  pool_->SetDraining("a", false);
  EXPECT_TRUE(rose());
  clock_.Advance(absl::Seconds(9));
  EXPECT_TRUE(rose()) << "both are stale";
  SendHeartbeat("a", 2);
  EXPECT_TRUE(rose());
  pool_->Remove("b", 1);
  EXPECT_TRUE(rose());
  Registration moved = TestRegistration("a");
  moved.spec.address.port = 19092;
  pool_->Add(moved, clock_.MonotonicNow());
  EXPECT_TRUE(rose());
  EXPECT_EQ(View()->agents[0]->registration.spec.address.port, 19092);
  EXPECT_FALSE(rose());
}

TEST_F(PoolPlannerTest, ViewsShareTheAgentsThatDidNotChange) {
  for (const char* id : {"a", "c", "e"}) AddActive(id);
  const auto before = View();
  pool_->SetDraining("c", true);
  AddActive("d");
  pool_->Remove("a", 1);
  const auto after = View();
  ASSERT_EQ(after->agents.size(), 3u);
  EXPECT_EQ(after->FindAgent("e"), before->FindAgent("e"));
  EXPECT_NE(after->FindAgent("c"), before->FindAgent("c"));
  EXPECT_EQ(before->FindAgent("c")->state, AgentState::kActive) << "what was published changed";
}

TEST_F(PoolPlannerTest, DrainedAgentIsNoCandidate) {
  AddActive("a");
  AddActive("b");
  pool_->SetDraining("a", true);
  EXPECT_EQ(Candidates(), "b");
  EXPECT_EQ(planner_.Current()->cumulative_weights.size(), 1u);
}

TEST_F(PoolPlannerTest, DeregisteredAgentIsOutAtOnce) {
  AddActive("a");
  AddActive("b");
  ASSERT_EQ(Candidates(), "ab");
  pool_->Remove("a", 1);
  EXPECT_EQ(Candidates(), "b");
  EXPECT_EQ(View()->FindAgent("a"), nullptr);
}

TEST_F(PoolPlannerTest, SilentAgentIsOutAfterItsLease) {
  AddActive("a");
  AddActive("b");
  clock_.Advance(absl::Seconds(5));
  SendHeartbeat("b", 2);
  clock_.Advance(absl::Seconds(4) - absl::Milliseconds(1));
  EXPECT_EQ(Candidates(), "ab");
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_EQ(Candidates(), "b");
  SendHeartbeat("a", 2);
  EXPECT_EQ(Candidates(), "ab");
}

TEST_F(PoolPlannerTest, WhoDoesNotComeBackFromARestartTakesNothingBack) {
  const auto is_reserved = [this](const std::string& agent_id) {
    for (const PlanAgent& agent : planner_.Current()->lookup->plan().agents) {
      if (agent.hash == StableHash(agent_id)) return agent.reserved;
    }
    ADD_FAILURE() << agent_id << " is not in the plan";
    return false;
  };
  AddActive("a");
  AddActive("b");
  ASSERT_FALSE(is_reserved("a"));
  pool_->SetRestarting("a", 1, clock_.MonotonicNow());
  EXPECT_TRUE(is_reserved("a"));
  // It registers, and leaves before its first report.
  pool_->Add(TestRegistration("a", 2), clock_.MonotonicNow());
  EXPECT_EQ(View()->agents[0]->state, AgentState::kJoining);
  EXPECT_TRUE(is_reserved("a"));
  clock_.Advance(absl::Seconds(5));
  SendHeartbeat("b", 2);
  clock_.Advance(absl::Seconds(4));
  EXPECT_EQ(View()->agents[0]->state, AgentState::kSuspect);
  EXPECT_TRUE(is_reserved("a"));
}

TEST_F(PoolPlannerTest, AgentThatLeavesIsListedAndLeadsNothingUntilItIsGone) {
  AddActive("a");
  AddActive("b");
  const auto in_plan = [this](const std::string& agent_id) {
    const auto& agents = planner_.Current()->lookup->plan().agents;
    return std::any_of(agents.begin(), agents.end(),
                       [&](const PlanAgent& agent) { return agent.hash == StableHash(agent_id); });
  };
  pool_->SetLeaving("a", 1, /*restarting=*/false, clock_.MonotonicNow());
  EXPECT_EQ(Candidates(), "b");
  EXPECT_EQ(planner_.Current()->listed.size(), 2u);
  EXPECT_FALSE(in_plan("a"));
  // An agent that announced a restart keeps its place in the plan from then on.
  pool_->SetLeaving("b", 1, /*restarting=*/true, clock_.MonotonicNow());
  EXPECT_TRUE(in_plan("b"));
  EXPECT_EQ(planner_.Current()->listed.size(), 2u);
  pool_->SetRestarting("b", 1, clock_.MonotonicNow());
  EXPECT_TRUE(in_plan("b"));
  EXPECT_EQ(planner_.Current()->listed.size(), 1u);
}

TEST_F(PoolPlannerTest, LastAgentIsStillACandidateWhenSuspect) {
  AddActive("a");
  ASSERT_EQ(Candidates(), "a");
  clock_.Advance(absl::Seconds(17));
  EXPECT_EQ(View()->agents[0]->state, AgentState::kSuspect);
  EXPECT_EQ(Candidates(), "a");
}

TEST_F(PoolPlannerTest, PendingLoadsFollowTheirAgents) {
  AddActive("b");
  planner_.Current()->pending_loads[0]->RecordAnswer(7, clock_.MonotonicNow());
  AddActive("a");
  EXPECT_EQ(planner_.Current()->pending_loads[0]->pending(), 0);
  EXPECT_EQ(planner_.Current()->pending_loads[1]->pending(), 7);
}

TEST_F(PoolPlannerTest, SlowStartOfANewcomerBeginsWhenItMayBeNamed) {
  AddActive("a");
  pool_->Add(TestRegistration("b"), clock_.MonotonicNow());
  ASSERT_EQ(Candidates(), "a") << "b has not reported yet";
  clock_.Advance(absl::Seconds(2));
  SendHeartbeat("b", 1);
  ASSERT_EQ(Candidates(), "ab");
  const MonotonicTime named = clock_.MonotonicNow();
  clock_.Advance(absl::Seconds(5));
  const auto snapshot = planner_.Current();
  EXPECT_EQ(snapshot->pending_loads[0]->NameableSince(clock_.MonotonicNow()),
            named - absl::Seconds(2));
  EXPECT_EQ(snapshot->pending_loads[1]->NameableSince(clock_.MonotonicNow()), named);
}

TEST_F(PoolPlannerTest, RoundPublishesAVersionOnlyWhenThePlanChanged) {
  for (const char* id : {"a", "b", "c", "d"}) AddActive(id);
  const std::shared_ptr<const PoolView> before = View();
  const uint64_t cluster = StableHash("vc-1");
  const auto report = [&](int64_t sequence, double hot_rate) {
    Heartbeat heartbeat = TestHeartbeat("a", sequence);
    for (int32_t i = 0; i < 100; ++i) {
      heartbeat.report.partition_rates.push_back({"clicks", i, i == 0 ? hot_rate : 1e4, 0});
    }
    ASSERT_TRUE(pool_->RecordHeartbeat(heartbeat, clock_.MonotonicNow()).ok());
  };
  for (int64_t sequence = 2; sequence < 12; ++sequence) {
    report(sequence, 1e4);
    planner_.RunRound(cluster);
  }
  EXPECT_EQ(View(), before);
  EXPECT_EQ(planner_.PlanStatuses().at("").spread, 0u);
  for (int64_t sequence = 12; sequence < 22; ++sequence) {
    report(sequence, 1e8);
    planner_.RunRound(cluster);
  }
  EXPECT_GT(View()->version, before->version);
  EXPECT_EQ(View()->agents, before->agents);
  const PlanStatus status = planner_.PlanStatuses().at("");
  EXPECT_EQ(status.spread, 1u);
  EXPECT_GT(status.moves_by_cause[static_cast<size_t>(MoveCause::kSpread)], 0u);
  EXPECT_GT(status.evenness.imbalance, 0.99);
  EXPECT_LT(status.evenness.imbalance, 1.25);
  std::set<uint32_t> leaders;
  const auto snapshot = planner_.Current();
  const uint64_t hot = PartitionHash(cluster, StableHash("clicks"), 0);
  for (uint64_t client = 0; client < 100; ++client) {
    leaders.insert(snapshot->lookup->LeaderOf(hot, Mix64(client)));
  }
  EXPECT_GE(leaders.size(), 2u);
}

TEST_F(PoolPlannerTest, ConcurrentHeartbeatsAndViewsNeverGoBack) {
  constexpr int kRounds = 300;
  // A later roster easily overtakes one that takes long to make.
  for (int i = 0; i < 300; ++i) pool_->Add(TestRegistration(absl::StrCat("other-", i)), {});
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      const std::string id = absl::StrCat("agent-", t);
      int64_t version = 0;
      for (int epoch = 1; epoch <= kRounds; ++epoch) {
        pool_->Add(TestRegistration(id, epoch), clock_.MonotonicNow());
        const auto reply =
            pool_->RecordHeartbeat(TestHeartbeat(id, 1, epoch), clock_.MonotonicNow());
        const auto snapshot = planner_.Current();
        // Each caller sees at least its own change.
        const ViewAgent* const self = snapshot->view->FindAgent(id);
        if (!reply.ok() || self == nullptr || self->registration.epoch != epoch ||
            self->state != AgentState::kActive || snapshot->view->version < version ||
            snapshot->pending_loads.size() != snapshot->view->agents.size()) {
          ++wrong;
        }
        version = snapshot->view->version;
        clock_.Advance(absl::Microseconds(10));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(Candidates(), "agent-0agent-1agent-2");
}

}  // namespace
}  // namespace bellwether

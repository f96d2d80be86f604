#include "controlplane/planning/pool_plan.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "controlplane/assignment/preference_list.h"
#include "controlplane/base/stable_hash.h"
#include "gtest/gtest.h"

namespace bellwether {
namespace {

constexpr int kPartitions = 200;

struct TestAgent {
  std::string id;
  AgentState state = AgentState::kActive;
};

PoolView MakeView(const std::vector<TestAgent>& agents) {
  PoolView view;
  for (const TestAgent& agent : agents) {
    ViewAgent shown;
    shown.registration.spec.agent_id = agent.id;
    shown.state = agent.state;
    shown.hash = StableHash(agent.id);
    view.agents.push_back(std::make_shared<const ViewAgent>(shown));
  }
  ChooseCandidates(view);
  return view;
}

uint64_t Partition(int i) { return PartitionHash(StableHash("vc-1"), StableHash("orders"), i); }

// The partitions' leaders for a client, by id.
std::vector<std::string> Leaders(PoolPlan& plan, const PoolView& view, uint64_t client = 7) {
  const auto lookup = plan.MakeLookup(view);
  std::vector<std::string> leaders;
  for (int i = 0; i < kPartitions; ++i) {
    const uint32_t leader = lookup->LeaderOf(Partition(i), client);
    leaders.push_back(view.agents[leader]->registration.spec.agent_id);
  }
  return leaders;
}

// The partitions' preferred leaders among the agents with those ids.
std::vector<std::string> PreferredLeaders(const std::vector<std::string>& ids) {
  std::vector<RankedAgent> agents;
  for (const std::string& id : ids) agents.push_back({StableHash(id), 1});
  std::vector<std::string> preferred_leaders;
  for (int i = 0; i < kPartitions; ++i)
    preferred_leaders.push_back(ids[PreferredLeaderOf(Partition(i), agents)]);
  return preferred_leaders;
}

PlanOptions ForTests() {
  PlanOptions options;
  options.slack_bytes_per_second = 0;
  options.hot_min_bytes_per_second = 0;
  return options;
}

class PoolPlanTest : public testing::Test {
 protected:
  PoolPlan plan_{ForTests()};
};

TEST_F(PoolPlanTest, WithoutTrafficPreferredLeadersLead) {
  const PoolView view = MakeView({{"a"}, {"b"}, {"c"}});
  EXPECT_TRUE(plan_.SetAgents(view).changed);
  EXPECT_EQ(Leaders(plan_, view), PreferredLeaders({"a", "b", "c"}));
  EXPECT_FALSE(plan_.SetAgents(view).changed);
  const PoolView more = MakeView({{"a"}, {"b"}, {"c"}, {"d"}});
  EXPECT_TRUE(plan_.SetAgents(more).changed);
  EXPECT_EQ(Leaders(plan_, more), PreferredLeaders({"a", "b", "c", "d"}));
}

TEST_F(PoolPlanTest, SilenceLendsDeathMoves) {
  plan_.SetAgents(MakeView({{"a"}, {"b"}, {"c"}}));
  const auto before = plan_.plan();
  const PoolView silent = MakeView({{"a"}, {"b", AgentState::kSuspect}, {"c"}});
  EXPECT_FALSE(plan_.SetAgents(silent).changed);
  EXPECT_EQ(plan_.plan(), before);
  EXPECT_EQ(Leaders(plan_, silent), PreferredLeaders({"a", "c"}));
  const PoolView dead = MakeView({{"a"}, {"b", AgentState::kDead}, {"c"}});
  EXPECT_TRUE(plan_.SetAgents(dead).changed);
  EXPECT_EQ(plan_.plan()->agents.size(), 2u);
  EXPECT_EQ(Leaders(plan_, dead), PreferredLeaders({"a", "c"}));
}

TEST_F(PoolPlanTest, QuickRestartKeepsItsPlaceAndANewcomerWaits) {
  plan_.SetAgents(MakeView({{"a"}, {"b"}}));
  const PoolView view = MakeView({{"a"}, {"b", AgentState::kJoining}, {"c", AgentState::kJoining}});
  EXPECT_FALSE(plan_.SetAgents(view).changed);
  EXPECT_EQ(plan_.plan()->agents.size(), 2u);
  const std::vector<std::string> leaders = Leaders(plan_, view);
  EXPECT_EQ(std::count(leaders.begin(), leaders.end(), "a"), kPartitions);
}

TEST_F(PoolPlanTest, DrainingAgentIsOutAtOnceButTheLastOneStays) {
  plan_.SetAgents(MakeView({{"a"}, {"b"}}));
  const PoolView one = MakeView({{"a"}, {"b", AgentState::kDraining}});
  EXPECT_TRUE(plan_.SetAgents(one).changed);
  EXPECT_EQ(Leaders(plan_, one), PreferredLeaders({"a"}));
  const PoolView none = MakeView({{"a", AgentState::kDraining}});
  EXPECT_FALSE(plan_.SetAgents(none).changed);
  EXPECT_EQ(Leaders(plan_, none), PreferredLeaders({"a"}));
}

TEST_F(PoolPlanTest, RestoredPlanNamesTheSameLeaders) {
  const PoolView view = MakeView({{"a"}, {"b"}, {"c"}, {"d"}});
  plan_.SetAgents(view);
  Measurements measurements;
  for (int i = 0; i < kPartitions; ++i) {
    // One is hot, and the rest is uneven.
    const uint64_t rate = i == 0 ? 400'000 : 1'000 + static_cast<uint64_t>(i % 7) * 2'000;
    measurements.rates.push_back({Partition(i), rate, false});
  }
  SumRates(measurements.rates);
  for (int round = 0; round < 20; ++round) plan_.RunRound(view, measurements);
  ASSERT_FALSE(plan_.plan()->spread.empty());
  PoolPlan restored(ForTests());
  ASSERT_TRUE(IsValidPlan(*plan_.plan()));
  restored.Restore(*plan_.plan());
  EXPECT_FALSE(restored.SetAgents(view).changed);
  EXPECT_EQ(*restored.plan(), *plan_.plan());
  int away = 0;
  for (uint64_t client = 0; client < 20; ++client) {
    EXPECT_EQ(Leaders(restored, view, client), Leaders(plan_, view, client));
    away += Leaders(plan_, view, client) == PreferredLeaders({"a", "b", "c", "d"}) ? 0 : 1;
  }
  EXPECT_GT(away, 0) << "or it proves nothing";
}

TEST_F(PoolPlanTest, LookupIsRenewedWhenMuchTrafficIsNew) {
  const PoolView view = MakeView({{"a"}, {"b"}});
  plan_.SetAgents(view);
  plan_.MakeLookup(view);
  EXPECT_FALSE(plan_.OutgrewLookup());
  Measurements measurements;
  for (int i = 0; i < kPartitions; ++i) measurements.rates.push_back({Partition(i), 1'000, false});
  SumRates(measurements.rates);
  plan_.RunRound(view, measurements);
  EXPECT_TRUE(plan_.OutgrewLookup());
  const auto lookup = plan_.MakeLookup(view);
  EXPECT_FALSE(plan_.OutgrewLookup());
}

}  // namespace
}  // namespace bellwether

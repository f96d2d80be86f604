#include "controlplane/assignment/plan_state.h"

#include <gtest/gtest.h>

#include "controlplane/assignment/plan_test_world.h"
#include "controlplane/base/random.h"

namespace bellwether {
namespace {

// A plan with every kind of override.
PlanTestWorld Eventful() {
  PlanTestWorld world(8, 1'000);
  world.measurements.rates[3].bytes_per_second = 500'000'000;
  world.measurements.rates[4].bytes_per_second = 300'000'000;
  world.options.lopsided_rounds = 1;
  world.Build();
  world.measurements.spread_use.push_back(
      {world.measurements.rates[4].partition,
       {},
       {{world.MembersOf(world.measurements.rates[4].partition)[0], 300'000'000}}});
  world.measurements.spread_use.push_back(
      {world.measurements.rates[3].partition, {11, 22, 33, 44, 55}, {}});
  world.members[2].reserved = true;
  world.MovesIn(3);
  return world;
}

TEST(PlanStateTest, RestoredStateHasTheSamePlan) {
  const PlanTestWorld world = Eventful();
  const Plan plan = MakePlan(world.state);
  ASSERT_TRUE(IsValidPlan(plan));
  ASSERT_FALSE(plan.moved.empty());
  ASSERT_FALSE(plan.spread.empty());
  ASSERT_FALSE(plan.spread[0].assigned_clients.empty());
  ASSERT_FALSE(plan.takeovers.empty());
  ASSERT_FALSE(plan.unsplittable.empty());
  EXPECT_EQ(MakePlan(RestorePlanState(plan, 6, 6)), plan);
}

TEST(PlanStateTest, RestartMovesNothing) {
  PlanTestWorld world(8, 1'000);
  world.measurements.rates[3].bytes_per_second = 500'000'000;
  world.Build();
  world.MovesIn(100);
  const std::vector<MeasuredRate> quiet = world.measurements.rates;
  const Plan plan = MakePlan(world.state);
  world.state =
      RestorePlanState(plan, world.options.warm_up_rounds, world.options.slow_start_rounds);
  SeededRandom random(4);
  // First no agent has reported, then some have, then all.
  world.measurements.rates.clear();
  EXPECT_EQ(world.MovesIn(2), 0u);
  world.measurements.rates.assign(quiet.begin(), quiet.begin() + 300);
  EXPECT_EQ(world.MovesIn(2), 0u);
  for (int round = 0; round < 40; ++round) {
    world.measurements.rates = quiet;
    for (MeasuredRate& rate : world.measurements.rates) {
      rate.bytes_per_second = rate.bytes_per_second * (800 + random.Below(401)) / 1000;
    }
    EXPECT_EQ(PlanTestWorld::Moves(world.RunRound()), 0u) << round;
  }
  EXPECT_EQ(MakePlan(world.state), plan);
}

TEST(PlanStateTest, TakeoverOutlivesARestart) {
  PlanTestWorld world(8, 1'000);
  world.Build();
  const std::vector<std::vector<uint64_t>> before = world.AllMembers();
  world.members[2].reserved = true;
  world.RunRound();
  world.state = RestorePlanState(MakePlan(world.state), 6, 6);
  world.MovesIn(2);
  world.members[2].reserved = false;
  world.MovesIn(2);
  EXPECT_EQ(world.AllMembers(), before);
}

TEST(PlanStateTest, DamagedPlansAreSeen) {
  const Plan plan = MakePlan(Eventful().state);
  Plan damaged = plan;
  damaged.moved[0].leader = 200;
  EXPECT_FALSE(IsValidPlan(damaged));
  damaged = plan;
  damaged.spread[0].members.resize(1);
  EXPECT_FALSE(IsValidPlan(damaged));
  damaged = plan;
  std::swap(damaged.agents[0], damaged.agents[1]);
  EXPECT_FALSE(IsValidPlan(damaged));
  damaged = plan;
  damaged.agents[0].weight = 0;
  EXPECT_FALSE(IsValidPlan(damaged));
  damaged = plan;
  damaged.moved.push_back(damaged.moved[0]);
  EXPECT_FALSE(IsValidPlan(damaged));
  damaged = plan;
  damaged.takeovers[0].owner = kNoAgent;
  EXPECT_FALSE(IsValidPlan(damaged));
}

TEST(PlanStateTest, APartitionTakesFewBytes) { EXPECT_LE(sizeof(PartitionState), 40u); }

}  // namespace
}  // namespace bellwether

#include "controlplane/assignment/balancing_round.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "controlplane/assignment/plan_test_world.h"
#include "controlplane/base/random.h"

namespace bellwether {
namespace {

constexpr uint64_t kRate = 1'000'000;

// Varies each rate within 20 % of its value.
void AddNoise(const std::vector<MeasuredRate>& quiet, Random& random, Measurements& measurements) {
  measurements.rates = quiet;
  for (MeasuredRate& rate : measurements.rates) {
    rate.bytes_per_second = rate.bytes_per_second * (800 + random.Below(401)) / 1000;
  }
}

TEST(BalancingRoundTest, BuildPutsNobodyFarAboveTheMean) {
  PlanTestWorld world(10, 2'000);
  world.measurements.rates[17].bytes_per_second = 700 * kRate;
  world.Build();
  EXPECT_LE(world.Peak(), 1.085);
  EXPECT_GE(world.MembersOf(world.measurements.rates[17].partition).size(), 5u);
}

TEST(BalancingRoundTest, SteadyTrafficMovesNothing) {
  PlanTestWorld world(10, 2'000);
  world.Build();
  EXPECT_EQ(world.MovesIn(20), 0u);
}

TEST(BalancingRoundTest, NoiseOfTwentyPercentMovesNothing) {
  PlanTestWorld world(10, 5'000);
  world.Build();
  const std::vector<MeasuredRate> quiet = world.measurements.rates;
  SeededRandom random(1);
  uint64_t rebalanced = 0;
  for (int round = 0; round < 100; ++round) {
    AddNoise(quiet, random, world.measurements);
    const PlanReport report = world.RunRound();
    rebalanced +=
        PlanTestWorld::Moves(report) - report.Of(MoveCause::kReturnedToPreferredLeader).moves;
  }
  EXPECT_EQ(rebalanced, 0u);
}

TEST(BalancingRoundTest, HotPartitionIsSpreadAfterTwoRounds) {
  PlanTestWorld world(10, 2'000);
  world.Build();
  const uint64_t hot = world.measurements.rates[17].partition;
  world.options.ewma_permille = 1000;
  world.measurements.rates[17].bytes_per_second = 800 * kRate;
  world.RunRound();
  EXPECT_EQ(world.MembersOf(hot).size(), 1u);
  const PlanReport report = world.RunRound();
  EXPECT_EQ(report.Of(MoveCause::kSpread).moves, 1u);
  // 800 of 2799 on 10 agents are 2.86 units, half a unit for each.
  EXPECT_EQ(world.MembersOf(hot).size(), 6u);
}

TEST(BalancingRoundTest, SpreadingMovesOnlyWhatTheNewLeadersTake) {
  PlanTestWorld world(10, 2'000);
  world.Build();
  world.options.ewma_permille = 1000;
  world.measurements.rates[17].bytes_per_second = 800 * kRate;
  const std::vector<std::vector<uint64_t>> before = world.AllMembers();
  world.RunRound();
  const PlanReport report = world.RunRound();
  const std::vector<std::vector<uint64_t>> after = world.AllMembers();
  EXPECT_TRUE(
      std::includes(after[17].begin(), after[17].end(), before[17].begin(), before[17].end()));
  EXPECT_NEAR(static_cast<double>(report.Of(MoveCause::kSpread).bytes_per_second), 800e6 * 5 / 6,
              1e4);
}

TEST(BalancingRoundTest, PartitionThatIsNoLongerHotComesTogetherAgain) {
  PlanTestWorld world(10, 2'000);
  world.measurements.rates[17].bytes_per_second = 800 * kRate;
  world.Build();
  const uint64_t hot = world.measurements.rates[17].partition;
  ASSERT_EQ(world.MembersOf(hot).size(), 6u);
  world.measurements.rates[17].bytes_per_second = kRate;
  int rounds = 0;
  while (world.MembersOf(hot).size() > 1 && rounds < 200) {
    world.RunRound();
    ++rounds;
  }
  EXPECT_GT(rounds, static_cast<int>(world.options.cold_rounds));
  EXPECT_LT(rounds, 90);
}

TEST(BalancingRoundTest, PartitionBelowTheFloorIsNotSpread) {
  PlanTestWorld world(10, 20);
  world.options.hot_min_bytes_per_second = 100 * kRate;
  world.measurements.rates[3].bytes_per_second = 99 * kRate;
  world.Build();
  world.MovesIn(30);
  EXPECT_TRUE(world.state.spread.empty());
}

TEST(BalancingRoundTest, PoolWithHardlyAnyTrafficIsLeftAlone) {
  PlanTestWorld world(10, 40);
  world.options.slack_bytes_per_second = uint64_t{1} << 20;
  for (MeasuredRate& rate : world.measurements.rates) rate.bytes_per_second = 10'000;
  EXPECT_EQ(world.MovesIn(30), 0u);
}

TEST(BalancingRoundTest, OverloadedAgentIsRebalancedAfterThreeRoundsAndNotBefore) {
  PlanTestWorld world(10, 2'000);
  world.Build();
  world.options.ewma_permille = 1000;
  const uint64_t agent = world.members[0].hash;
  for (MeasuredRate& rate : world.measurements.rates) {
    if (world.MembersOf(rate.partition)[0] == agent) rate.bytes_per_second = kRate * 14 / 10;
  }
  EXPECT_EQ(world.MovesIn(2), 0u);
  EXPECT_GT(world.RunRound().Of(MoveCause::kRebalanced).moves, 0u);
  EXPECT_LE(world.Peak(), 1.2);
}

TEST(BalancingRoundTest, BudgetBoundsARound) {
  PlanTestWorld world(10, 2'000);
  world.Build();
  world.options.ewma_permille = 1000;
  const uint64_t agent = world.members[0].hash;
  for (MeasuredRate& rate : world.measurements.rates) {
    if (world.MembersOf(rate.partition)[0] == agent) rate.bytes_per_second = kRate * 5;
  }
  world.RunRound();
  uint64_t most = 0;
  uint64_t rounds_with_moves = 0;
  for (int i = 0; i < 10; ++i) {
    const uint64_t moved = world.RunRound().Of(MoveCause::kRebalanced).bytes_per_second;
    most = std::max(most, moved);
    rounds_with_moves += moved > 0 ? 1 : 0;
  }
  // The piece that exhausts the budget still moves.
  EXPECT_LE(most, world.TotalTraffic() / 20 + 5 * kRate);
  EXPECT_GT(rounds_with_moves, 2u);
  EXPECT_LE(world.Peak(), 1.2);
}

TEST(BalancingRoundTest, WhatWasMovedStaysForFiveMinutes) {
  int moves = 0;
  for (const int partitions : {40, 60, 80, 120, 200}) {
    PlanTestWorld world(4, partitions);
    world.Build();
    world.options.ewma_permille = 1000;
    // However loaded its agent is.
    world.options.urgent_permille = 1'000'000;
    const std::vector<MeasuredRate> quiet = world.measurements.rates;
    std::vector<std::vector<uint64_t>> before = world.AllMembers();
    std::vector<int> moved_at(before.size(), -1000);
    for (int round = 0; round < 300; ++round) {
      world.measurements.rates = quiet;
      // Another quarter of the partitions is busy every 8 rounds.
      for (size_t i = 0; i < quiet.size(); ++i) {
        if (Mix64(i * 1000 + static_cast<uint64_t>(round / 8)) % 4 == 0) {
          world.measurements.rates[i].bytes_per_second = quiet[i].bytes_per_second * 3;
        }
      }
      world.RunRound();
      const std::vector<std::vector<uint64_t>> after = world.AllMembers();
      for (size_t i = 0; i < after.size(); ++i) {
        if (after[i] == before[i]) continue;
        EXPECT_GE(round - moved_at[i], 30) << i;
        moved_at[i] = round;
        ++moves;
      }
      before = after;
    }
  }
  EXPECT_GT(moves, 50);
}

TEST(BalancingRoundTest, MovedPartitionsGoBackToPreferredLeadersSlowly) {
  PlanTestWorld world(10, 2'000);
  world.Build();
  world.options.ewma_permille = 1000;
  const std::vector<MeasuredRate> quiet = world.measurements.rates;
  const uint64_t agent = world.members[0].hash;
  for (MeasuredRate& rate : world.measurements.rates) {
    if (world.MembersOf(rate.partition)[0] == agent) rate.bytes_per_second = kRate * 2;
  }
  world.MovesIn(20);
  const size_t moved = MakePlan(world.state).moved.size();
  ASSERT_GT(moved, 20u);
  world.measurements.rates = quiet;
  uint64_t most = 0;
  for (int i = 0; i < 300; ++i) {
    most = std::max(most, world.RunRound().Of(MoveCause::kReturnedToPreferredLeader).moves);
  }
  EXPECT_LE(most, 2u);
  EXPECT_LT(MakePlan(world.state).moved.size(), moved / 2);
}

TEST(BalancingRoundTest, BaseLoadKeepsPartitionsAway) {
  PlanTestWorld world(4, 1'000);
  // Another strategy sends 200 MB/s to one agent, which is 2/3 of every agent's share of 300 MB/s.
  world.measurements.agents.push_back({world.members[2].hash, 200'000'000, 0});
  world.Build();
  world.MovesIn(60);
  EXPECT_LE(world.LoadOf(world.members[2].hash) + 200e6, 1.2 * 300e6);
  EXPECT_LE(world.LoadOf(world.members[0].hash), 1.2 * 300e6);
}

TEST(BalancingRoundTest, LateReportKeepsItsValueForThreeRounds) {
  PlanTestWorld world(4, 100);
  world.Build();
  const uint64_t partition = world.measurements.rates[5].partition;
  const Load before = world.state.FindPartition(partition)->rate;
  world.measurements.rates[5].bytes_per_second = 0;
  world.measurements.rates[5].incomplete = true;
  world.MovesIn(3);
  EXPECT_EQ(world.state.FindPartition(partition)->rate, before);
  world.MovesIn(1);
  EXPECT_LT(world.state.FindPartition(partition)->rate, before);
}

TEST(BalancingRoundTest, PartitionWithoutTrafficIsForgotten) {
  PlanTestWorld world(4, 100);
  world.Build();
  world.measurements.rates.resize(60);
  world.MovesIn(200);
  for (const PartitionState& partition : world.state.partitions) {
    EXPECT_TRUE(partition.rate > 0 || partition.moved());
  }
  EXPECT_LT(world.state.partitions.size(), 65u);
}

TEST(BalancingRoundTest, PartitionsBeyondTheLimitAreCounted) {
  PlanTestWorld world(4, 100);
  world.options.max_partitions = 60;
  const PlanReport report = world.RunRound();
  EXPECT_EQ(report.partitions_ignored, 40u);
  EXPECT_EQ(world.state.partitions.size(), 60u);
}

TEST(BalancingRoundTest, AbsurdRatesDoNotRunOver) {
  PlanTestWorld world(4, 100);
  for (MeasuredRate& rate : world.measurements.rates) rate.bytes_per_second = ~uint64_t{0};
  world.measurements.agents.push_back({world.members[0].hash, ~uint64_t{0}, ~uint64_t{0}});
  world.options.correct_weights = true;
  world.MovesIn(10);
  EXPECT_LE(world.state.partitions[0].rate, kMaxPartitionBytesPerSecond << kLoadFractionBits);
  EXPECT_TRUE(IsValidPlan(MakePlan(world.state)));
}

TEST(BalancingRoundTest, TwoReplicasComputeBitEqualPlans) {
  PlanTestWorld one(20, 3'000);
  PlanTestWorld two(20, 3'000);
  one.measurements.rates[7].bytes_per_second = 900 * kRate;
  const std::vector<MeasuredRate> quiet = one.measurements.rates;
  SeededRandom random(5);
  for (int round = 0; round < 60; ++round) {
    AddNoise(quiet, random, one.measurements);
    // The other one gets the same measurements in another order, and in two parts.
    two.measurements.rates.clear();
    for (auto rate = one.measurements.rates.rbegin(); rate != one.measurements.rates.rend();
         ++rate) {
      const uint64_t half = rate->bytes_per_second / 2;
      two.measurements.rates.push_back({rate->partition, half, false});
      two.measurements.rates.push_back({rate->partition, rate->bytes_per_second - half, false});
    }
    SumRates(two.measurements.rates);
    if (round == 20) one.members.erase(one.members.begin() + 3);
    if (round == 30) one.members.push_back({PlanTestWorld::AgentHash(77), 2, false});
    if (round == 50) one.members[5].reserved = true;
    two.members.assign(one.members.rbegin(), one.members.rend());
    one.RunRound();
    two.RunRound();
    ASSERT_EQ(MakePlan(one.state), MakePlan(two.state)) << round;
  }
  EXPECT_FALSE(MakePlan(one.state).moved.empty());
  EXPECT_FALSE(MakePlan(one.state).spread.empty());
  EXPECT_FALSE(MakePlan(one.state).takeovers.empty());
}

TEST(BalancingRoundTest, ReportSaysChangedExactlyWhenThePlanIsAnother) {
  PlanTestWorld world(6, 500);
  const std::vector<MeasuredRate> quiet = world.measurements.rates;
  SeededRandom random(9);
  Plan before = MakePlan(world.state);
  int changes = 0;
  for (int round = 0; round < 150; ++round) {
    AddNoise(quiet, random, world.measurements);
    if (round > 30 && round < 80) world.measurements.rates[3].bytes_per_second = 300 * kRate;
    if (round == 90) world.members.pop_back();
    const PlanReport report = world.RunRound();
    const Plan after = MakePlan(world.state);
    EXPECT_EQ(report.changed, !(after == before)) << round;
    changes += report.changed ? 1 : 0;
    before = after;
  }
  EXPECT_GT(changes, 3);
}

TEST(RoundsInTest, TakeThatTimeOrLonger) {
  EXPECT_EQ(RoundsIn(absl::Minutes(2), absl::Seconds(10)), PlanOptions().reserved_rounds);
  EXPECT_EQ(RoundsIn(absl::Minutes(2), absl::Seconds(1)), 120u);
  EXPECT_EQ(RoundsIn(absl::Minutes(2), absl::Seconds(50)), 3u);
  EXPECT_EQ(RoundsIn(absl::Minutes(2), absl::Hours(1)), 1u);
}

}  // namespace
}  // namespace bellwether

#include "controlplane/assignment/plan_membership.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "controlplane/assignment/plan_test_world.h"

namespace bellwether {
namespace {

constexpr uint64_t kRate = 1'000'000;

bool Contains(const std::vector<uint64_t>& hashes, uint64_t hash) {
  return std::find(hashes.begin(), hashes.end(), hash) != hashes.end();
}

TEST(PlanMembershipTest, JoinTakesOnlyWhatItWins) {
  PlanTestWorld world(9, 2'000);
  world.measurements.rates[17].bytes_per_second = 700 * kRate;
  world.Build();
  const std::vector<std::vector<uint64_t>> before = world.AllMembers();
  const uint64_t newcomer = PlanTestWorld::AgentHash(100);
  world.members.push_back({newcomer, 1, false});
  uint64_t moves_of_others = 0;
  for (int i = 0; i < 6; ++i) {
    const PlanReport report = world.RunRound();
    moves_of_others += PlanTestWorld::Moves(report) - report.Of(MoveCause::kJoined).moves -
                       report.Of(MoveCause::kSpread).moves;
  }
  EXPECT_EQ(moves_of_others, 0u);
  const std::vector<std::vector<uint64_t>> after = world.AllMembers();
  const AgentDraws draws = DrawsOf(world.state);
  const auto position = [&](uint64_t hash) {
    size_t i = 0;
    while (draws.agent(i).hash != hash) ++i;
    return i;
  };
  int taken = 0;
  for (size_t i = 0; i < after.size(); ++i) {
    if (after[i] == before[i] || before[i].size() > 1) continue;
    ++taken;
    ASSERT_EQ(after[i], std::vector<uint64_t>{newcomer});
    EXPECT_TRUE(draws.Prefers(world.measurements.rates[i].partition, position(newcomer),
                              position(before[i][0])));
  }
  EXPECT_GT(taken, 50);
  EXPECT_NEAR(world.LoadOf(newcomer), static_cast<double>(world.TotalTraffic()) / 10,
              static_cast<double>(world.TotalTraffic()) / 10 * 0.3);
}

TEST(PlanMembershipTest, NewcomerStartsSlowlyForSixRounds) {
  PlanTestWorld world(9, 4'000);
  world.Build();
  const uint64_t newcomer = PlanTestWorld::AgentHash(100);
  world.members.push_back({newcomer, 1, false});
  for (int step = 1; step <= 6; ++step) {
    world.RunRound();
    // As if it were an agent of `step` sixths in addition to nine.
    const double fair = static_cast<double>(world.TotalTraffic()) * step / (54 + step);
    EXPECT_LE(world.LoadOf(newcomer), fair * 1.08) << step;
    EXPECT_GE(world.LoadOf(newcomer), fair * 0.8) << step;
  }
}

TEST(PlanMembershipTest, FirstAgentsNeedNoSlowStart) {
  PlanTestWorld world(3, 0);
  ApplyMembership(world.options, world.members, world.state);
  for (const PlanSlot& slot : world.state.agents)
    EXPECT_EQ(slot.slow_start, world.options.slow_start_rounds);
}

TEST(PlanMembershipTest, LeaveMovesOnlyTheDepartingLoad) {
  PlanTestWorld world(10, 2'000);
  world.measurements.rates[17].bytes_per_second = 700 * kRate;
  world.Build();
  const uint64_t leaver = world.members[4].hash;
  const double its_load = world.LoadOf(leaver);
  const std::vector<std::vector<uint64_t>> before = world.AllMembers();
  world.members.erase(world.members.begin() + 4);
  const PlanReport report = ApplyMembership(world.options, world.members, world.state);
  EXPECT_NEAR(static_cast<double>(report.Of(MoveCause::kLeft).bytes_per_second), its_load,
              its_load * 0.001);
  EXPECT_EQ(PlanTestWorld::Moves(report), report.Of(MoveCause::kLeft).moves);
  const std::vector<std::vector<uint64_t>> after = world.AllMembers();
  for (size_t i = 0; i < after.size(); ++i) {
    EXPECT_FALSE(Contains(after[i], leaver));
    if (!Contains(before[i], leaver)) {
      EXPECT_EQ(after[i], before[i]);
    }
  }
  EXPECT_LE(world.Peak(), 1.2);
}

TEST(PlanMembershipTest, LastAgentsOfAPoolStayInItsPlan) {
  PlanTestWorld world(3, 100);
  world.Build();
  const Plan before = MakePlan(world.state);
  EXPECT_FALSE(ApplyMembership(world.options, {}, world.state).changed);
  EXPECT_EQ(MakePlan(world.state), before);
}

TEST(PlanMembershipTest, ReservedPreferredLeadersComeBack) {
  PlanTestWorld world(10, 2'000);
  world.measurements.rates[17].bytes_per_second = 700 * kRate;
  world.Build();
  const std::vector<std::vector<uint64_t>> before = world.AllMembers();
  const uint64_t restarting = world.members[4].hash;
  const double its_load = world.LoadOf(restarting);
  world.members[4].reserved = true;
  const PlanReport taken_over = ApplyMembership(world.options, world.members, world.state);
  EXPECT_NEAR(static_cast<double>(taken_over.Of(MoveCause::kTakenOver).bytes_per_second), its_load,
              its_load * 0.001);
  EXPECT_EQ(world.LoadOf(restarting), 0);
  EXPECT_LE(world.Peak(), 1.2);
  world.MovesIn(3);
  world.members[4].reserved = false;
  const PlanReport back = ApplyMembership(world.options, world.members, world.state);
  EXPECT_NEAR(static_cast<double>(back.Of(MoveCause::kTakeoverEnded).bytes_per_second), its_load,
              its_load * 0.001);
  EXPECT_EQ(world.AllMembers(), before);
  EXPECT_TRUE(world.state.takeovers.empty());
}

TEST(PlanMembershipTest, BorrowerThatRestartsTooPassesTheTakeoverOn) {
  PlanTestWorld world(5, 1'000);
  world.Build();
  const std::vector<std::vector<uint64_t>> before = world.AllMembers();
  for (const int first : {0, 1, 2}) {
    world.members[static_cast<size_t>(first)].reserved = true;
    ApplyMembership(world.options, world.members, world.state);
  }
  for (const int first : {1, 0, 2}) {
    world.members[static_cast<size_t>(first)].reserved = false;
    ApplyMembership(world.options, world.members, world.state);
  }
  EXPECT_EQ(world.AllMembers(), before);
}

TEST(PlanMembershipTest, ReservationThatRunsOutMovesNothingMore) {
  PlanTestWorld world(10, 2'000);
  world.Build();
  world.members[4].reserved = true;
  world.RunRound();
  const std::vector<std::vector<uint64_t>> taken_over = world.AllMembers();
  world.MovesIn(20);
  EXPECT_EQ(world.AllMembers(), taken_over);
  EXPECT_EQ(world.state.agents.size(), 9u);
  EXPECT_TRUE(world.state.takeovers.empty());
}

TEST(PlanMembershipTest, PartitionsThatAppearDuringARestartGoBackToPreferredLeadersAfterIt) {
  PlanTestWorld world(4, 400);
  world.Build();
  const std::vector<MeasuredRate> all = world.measurements.rates;
  world.measurements.rates.resize(200);
  world.Build();
  world.members[1].reserved = true;
  world.RunRound();
  world.measurements.rates = all;
  world.RunRound();
  EXPECT_EQ(world.LoadOf(world.members[1].hash), 0);
  world.members[1].reserved = false;
  world.RunRound();
  size_t at_preferred_leader = 0;
  for (size_t i = 200; i < 400; ++i) {
    const PartitionState* partition = world.state.FindPartition(all[i].partition);
    at_preferred_leader += partition->leader == partition->preferred ? 1 : 0;
  }
  EXPECT_EQ(at_preferred_leader, 200u);
}

TEST(PlanMembershipTest, AgentThatSaysMoreWeightTakesMore) {
  PlanTestWorld world(8, 4'000);
  for (MemberInput& member : world.members) member.weight = 2;
  world.Build();
  const std::vector<std::vector<uint64_t>> before = world.AllMembers();
  const uint64_t grown = world.members[3].hash;
  world.members[3].weight = 3;
  const PlanReport report = ApplyMembership(world.options, world.members, world.state);
  EXPECT_EQ(PlanTestWorld::Moves(report), report.Of(MoveCause::kReweighed).moves);
  const double fair = static_cast<double>(world.TotalTraffic()) * 3 / 17;
  EXPECT_NEAR(world.LoadOf(grown), fair, fair * 0.12);
  world.members[3].weight = 2;
  ApplyMembership(world.options, world.members, world.state);
  EXPECT_NEAR(world.LoadOf(grown), static_cast<double>(world.TotalTraffic()) / 8,
              static_cast<double>(world.TotalTraffic()) / 8 * 0.12);
}

TEST(PlanMembershipTest, PreferredLeadersAreTheJumpOrdersWhoeverCameAndWent) {
  PlanTestWorld world(6, 500);
  world.Build();
  world.members.push_back({PlanTestWorld::AgentHash(50), 3, false});
  world.RunRound();
  world.members.erase(world.members.begin());
  world.members[2].weight = 4;
  world.RunRound();
  world.members[2].weight = 2;
  world.RunRound();
  const AgentDraws draws = DrawsOf(world.state);
  for (const PartitionState& partition : world.state.partitions) {
    EXPECT_EQ(partition.preferred, draws.First(partition.hash, [](AgentPosition) { return true; }));
  }
}

}  // namespace
}  // namespace bellwether

#include "controlplane/assignment/client_assignment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "controlplane/assignment/plan_test_world.h"

namespace bellwether {
namespace {

std::vector<SpreadMember> Members(int count) {
  std::vector<SpreadMember> members;
  for (int i = 0; i < count; ++i) {
    members.push_back({static_cast<AgentPosition>(i), PlanTestWorld::AgentHash(i)});
  }
  return members;
}

std::vector<uint64_t> Clients(int count) {
  std::vector<uint64_t> clients;
  for (int i = 0; i < count; ++i) clients.push_back(Mix64(static_cast<uint64_t>(i)));
  std::sort(clients.begin(), clients.end());
  return clients;
}

size_t MostHeld(const std::vector<AssignedClient>& assigned_clients) {
  std::map<AgentPosition, size_t> held;
  size_t most = 0;
  for (const AssignedClient& assigned : assigned_clients)
    most = std::max(most, ++held[assigned.member]);
  return most;
}

size_t SameIn(const std::vector<AssignedClient>& a, const std::vector<AssignedClient>& b) {
  size_t same = 0;
  for (const AssignedClient& assigned : a)
    same += std::find(b.begin(), b.end(), assigned) != b.end();
  return same;
}

TEST(ClientAssignmentTest, NobodyHoldsMoreThanItsPart) {
  for (const int clients : {1, 4, 6, 8, 23}) {
    const std::vector<AssignedClient> assigned_clients =
        AssignClients(5, Members(6), Clients(clients), {});
    EXPECT_EQ(assigned_clients.size(), static_cast<size_t>(clients));
    EXPECT_EQ(MostHeld(assigned_clients), static_cast<size_t>((clients + 5) / 6));
  }
}

TEST(ClientAssignmentTest, NewClientMovesNobodyElse) {
  const std::vector<AssignedClient> before = AssignClients(5, Members(6), Clients(13), {});
  const std::vector<AssignedClient> after = AssignClients(5, Members(6), Clients(14), before);
  EXPECT_EQ(SameIn(before, after), 13u);
}

TEST(ClientAssignmentTest, WhoseMemberIsGoneIsAssignedAgainAlone) {
  const std::vector<AssignedClient> before = AssignClients(5, Members(6), Clients(10), {});
  const std::vector<AssignedClient> after = AssignClients(5, Members(5), Clients(10), before);
  size_t on_the_last = 0;
  for (const AssignedClient& assigned : before) on_the_last += assigned.member == 5 ? 1 : 0;
  EXPECT_EQ(SameIn(before, after), 10 - on_the_last);
}

class AssignClientsRoundTest : public testing::Test {
 protected:
  AssignClientsRoundTest() : world_(10, 1'000) {
    world_.measurements.rates[3].bytes_per_second = 430'000'000;
    world_.Build();
    hot_ = world_.measurements.rates[3].partition;
  }
  size_t members() const { return world_.MembersOf(hot_).size(); }
  const SpreadState& several() const { return world_.state.spread.at(hot_); }

  PlanTestWorld world_;
  uint64_t hot_;
};

TEST_F(AssignClientsRoundTest, FewClientsAreAssignedAndManyAreNot) {
  ASSERT_EQ(members(), 7u);
  world_.measurements.spread_use = {{hot_, Clients(60), {}}};
  world_.RunRound();
  EXPECT_TRUE(several().assigned_clients.empty());
  world_.measurements.spread_use[0].clients = Clients(20);
  EXPECT_EQ(world_.RunRound().clients_assigned, 20u);
  EXPECT_EQ(MostHeld(several().assigned_clients), 3u);
  // A few more clients neither end client assignment nor move a client; twice as many end it.
  world_.measurements.spread_use[0].clients = Clients(30);
  EXPECT_EQ(world_.RunRound().clients_assigned, 10u);
  world_.measurements.spread_use[0].clients = Clients(120);
  world_.RunRound();
  EXPECT_TRUE(several().assigned_clients.empty());
}

TEST_F(AssignClientsRoundTest, SteadyClientsChangeNothing) {
  world_.measurements.spread_use = {{hot_, Clients(20), {}}};
  world_.RunRound();
  EXPECT_FALSE(world_.RunRound().changed);
}

TEST_F(AssignClientsRoundTest, WhatIsNotKnownLeavesTheAssignmentAlone) {
  world_.measurements.spread_use = {{hot_, Clients(20), {}}};
  world_.RunRound();
  world_.measurements.spread_use.clear();
  EXPECT_FALSE(world_.RunRound().changed);
  EXPECT_EQ(several().assigned_clients.size(), 20u);
}

TEST_F(AssignClientsRoundTest, PartitionOfASingleClientComesTogetherAndIsMarked) {
  const uint64_t heavy = world_.MembersOf(hot_)[2];
  world_.measurements.spread_use = {{hot_, {}, {{heavy, 400'000'000}}}};
  world_.MovesIn(89);
  EXPECT_EQ(members(), 7u);
  const PlanReport report = world_.RunRound();
  EXPECT_EQ(report.Of(MoveCause::kUnsplittable).moves, 1u);
  EXPECT_EQ(world_.MembersOf(hot_), std::vector<uint64_t>{heavy});
  EXPECT_NE(MakePlan(world_.state).FindUnsplittable(hot_), nullptr);
  // It is not spread again, and the other partitions leave the agent that it fills.
  world_.measurements.spread_use.clear();
  world_.MovesIn(60);
  EXPECT_EQ(members(), 1u);
  EXPECT_NEAR(world_.LoadOf(heavy), 430e6, 5e6);
}

TEST_F(AssignClientsRoundTest, UnsplittablePartitionIsTriedAgainAfterAnHour) {
  world_.measurements.spread_use = {{hot_, {}, {{world_.MembersOf(hot_)[2], 400'000'000}}}};
  world_.MovesIn(90);
  ASSERT_EQ(members(), 1u);
  world_.measurements.spread_use.clear();
  world_.MovesIn(359);
  EXPECT_EQ(members(), 1u);
  world_.MovesIn(3);
  EXPECT_EQ(members(), 7u);
}

TEST_F(AssignClientsRoundTest, OneHeavyLeaderOfTwoIsNoMark) {
  world_.measurements.rates[3].bytes_per_second = 100'000'000;
  world_.Build();
  ASSERT_EQ(members(), 2u);
  const std::vector<uint64_t> both = world_.MembersOf(hot_);
  world_.measurements.spread_use = {{hot_, {}, {{both[0], 70'000'000}, {both[1], 30'000'000}}}};
  world_.MovesIn(100);
  EXPECT_EQ(members(), 2u);
}

}  // namespace
}  // namespace bellwether

#include "controlplane/assignment/plan_lookup.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <vector>

#include "controlplane/assignment/plan_test_world.h"
#include "controlplane/assignment/preference_list.h"

namespace bellwether {
namespace {

class PlanLookupTest : public testing::Test {
 protected:
  PlanLookupTest() : world_(6, 500) {
    world_.measurements.rates[3].bytes_per_second = 300'000'000;
    world_.Build();
    Publish();
  }

  void Publish() {
    plan_ = std::make_shared<const Plan>(MakePlan(world_.state));
    preferred_leaders_ = std::make_shared<const PreferredLeaderTable>(world_.state);
    agents_.clear();
    for (const MemberInput& member : world_.members) {
      agents_.push_back({member.hash, member.weight, true});
    }
  }
  PlanLookup Lookup() const { return PlanLookup(plan_, agents_, preferred_leaders_); }
  uint64_t hot() const { return world_.measurements.rates[3].partition; }

  PlanTestWorld world_;
  std::shared_ptr<const Plan> plan_;
  std::shared_ptr<const PreferredLeaderTable> preferred_leaders_;
  std::vector<LookupAgent> agents_;
};

TEST_F(PlanLookupTest, FindsWhomTheStateHas) {
  const PlanLookup lookup = Lookup();
  const PlanLookup without_homes(plan_, agents_, nullptr);
  for (const MeasuredRate& rate : world_.measurements.rates) {
    for (const uint64_t client : {1, 2, 3}) {
      const std::vector<uint64_t> members = world_.MembersOf(rate.partition);
      const uint32_t leader = lookup.LeaderOf(rate.partition, client);
      EXPECT_NE(std::find(members.begin(), members.end(), agents_[leader].hash), members.end());
      EXPECT_EQ(without_homes.LeaderOf(rate.partition, client), leader);
    }
  }
}

TEST_F(PlanLookupTest, UnknownPartitionIsLedByItsPreferredLeader) {
  std::vector<RankedAgent> jump;
  for (const LookupAgent& agent : agents_) jump.push_back({agent.hash, agent.weight});
  for (uint64_t i = 0; i < 100; ++i) {
    const uint64_t partition = Mix64(1'000'000 + i);
    EXPECT_EQ(Lookup().LeaderOf(partition, 7), PreferredLeaderOf(partition, jump));
  }
}

TEST_F(PlanLookupTest, WhatAnEarlierLookupFoundChangesNoAnswer) {
  // Heavy enough that the cache is used.
  for (MemberInput& member : world_.members) member.weight = 20;
  world_.Build();
  Publish();
  const PlanLookup before = Lookup();
  for (uint64_t i = 0; i < 500; ++i) before.LeaderOf(Mix64(i), 1);
  const PlanLookup same(plan_, agents_, preferred_leaders_, &before);
  agents_[2].candidate = false;
  const PlanLookup fewer(plan_, agents_, preferred_leaders_, &before);
  const PlanLookup fewer_anew(plan_, agents_, preferred_leaders_);
  agents_[2].candidate = true;
  const PlanLookup again(plan_, agents_, preferred_leaders_, &fewer);
  for (uint64_t i = 0; i < 500; ++i) {
    EXPECT_EQ(same.LeaderOf(Mix64(i), 1), Lookup().LeaderOf(Mix64(i), 1));
    EXPECT_EQ(fewer.LeaderOf(Mix64(i), 1), fewer_anew.LeaderOf(Mix64(i), 1));
    EXPECT_EQ(again.LeaderOf(Mix64(i), 1), Lookup().LeaderOf(Mix64(i), 1));
  }
}

TEST_F(PlanLookupTest, ClientsOfASpreadPartitionAreSpread) {
  std::vector<RankedAgent> members;
  for (const uint64_t hash : world_.MembersOf(hot())) members.push_back({hash, 1});
  ASSERT_GE(members.size(), 4u);
  std::set<uint32_t> seen;
  for (uint64_t client = 0; client < 100; ++client) {
    const uint32_t leader = Lookup().LeaderOf(hot(), Mix64(client));
    EXPECT_EQ(agents_[leader].hash, members[MemberFor(Mix64(client), hot(), members)].hash);
    seen.insert(leader);
  }
  EXPECT_EQ(seen.size(), members.size());
}

TEST_F(PlanLookupTest, SilentAgentIsSkippedAndNobodyElseMoves) {
  const PlanLookup before = Lookup();
  agents_[2].candidate = false;
  const PlanLookup after = Lookup();
  std::vector<RankedAgent> others;
  for (const LookupAgent& agent : agents_) {
    if (agent.candidate) others.push_back({agent.hash, agent.weight});
  }
  int moved = 0;
  for (const MeasuredRate& rate : world_.measurements.rates) {
    const uint32_t old_leader = before.LeaderOf(rate.partition, 9);
    const uint32_t leader = after.LeaderOf(rate.partition, 9);
    if (old_leader != 2) {
      EXPECT_EQ(leader, old_leader);
      continue;
    }
    ++moved;
    EXPECT_NE(leader, 2u);
    if (rate.partition != hot()) {
      EXPECT_EQ(agents_[leader].hash, others[PreferredLeaderOf(rate.partition, others)].hash);
    }
  }
  EXPECT_GT(moved, 20);
}

TEST_F(PlanLookupTest, AgentThatIsNotInThePlanYetLeadsNothing) {
  agents_.push_back({PlanTestWorld::AgentHash(100), 64, true});
  for (uint64_t i = 0; i < 100; ++i) EXPECT_NE(Lookup().LeaderOf(Mix64(i + 77'777), 1), 6u);
}

TEST_F(PlanLookupTest, StrangersLeadWhereNobodyOfThePlanIsLeft) {
  for (LookupAgent& agent : agents_) agent.candidate = false;
  EXPECT_TRUE(Lookup().empty());
  agents_.push_back({PlanTestWorld::AgentHash(100), 1, true});
  for (const MeasuredRate& rate : world_.measurements.rates) {
    EXPECT_EQ(Lookup().LeaderOf(rate.partition, 1), 6u);
  }
}

TEST_F(PlanLookupTest, PreferredLeadersOfOtherAgentsAreNotUsed) {
  const std::shared_ptr<const PreferredLeaderTable> old_preferred_leaders = preferred_leaders_;
  world_.members.push_back({PlanTestWorld::AgentHash(100), 1, false});
  world_.MovesIn(6);
  Publish();
  EXPECT_FALSE(old_preferred_leaders->IsFor(*plan_));
  preferred_leaders_ = old_preferred_leaders;
  for (const MeasuredRate& rate : world_.measurements.rates) {
    const std::vector<uint64_t> members = world_.MembersOf(rate.partition);
    const uint32_t leader = Lookup().LeaderOf(rate.partition, 5);
    EXPECT_NE(std::find(members.begin(), members.end(), agents_[leader].hash), members.end());
  }
}

TEST_F(PlanLookupTest, AssignedClientsGoWhereTheyWereAssigned) {
  world_.measurements.spread_use = {{hot(), {10, 20, 30, 40, 50}, {}}};
  world_.RunRound();
  Publish();
  const Spread* spread = plan_->FindSpread(hot());
  ASSERT_EQ(spread->assigned_clients.size(), 5u);
  for (const AssignedClient& assigned : spread->assigned_clients) {
    const PlanLookup::Answer answer = Lookup().Find(hot(), assigned.client);
    EXPECT_EQ(answer.reason, LookupReason::kAssigned);
    EXPECT_EQ(agents_[answer.leader].hash, plan_->agents[assigned.member].hash);
  }
  EXPECT_EQ(Lookup().Find(hot(), 60).reason, LookupReason::kSpread);
}

}  // namespace
}  // namespace bellwether

#include "controlplane/planning/plan_status.h"

#include <gtest/gtest.h>

namespace bellwether {
namespace {

// An agent with that background load.
PlanSlot Agent(int32_t weight, uint64_t bytes_per_second) {
  PlanSlot slot;
  slot.declared_weight = weight;
  slot.base = bytes_per_second << kLoadFractionBits;
  return slot;
}

PartitionState Partition(uint64_t hash, uint64_t bytes_per_second, AgentPosition leader) {
  PartitionState partition;
  partition.hash = hash;
  partition.rate = bytes_per_second << kLoadFractionBits;
  partition.leader = leader;
  return partition;
}

TEST(PlanEvennessTest, IsInBytesPerSecond) {
  PlanState state;
  state.agents = {Agent(1, 100), Agent(1, 300)};
  EXPECT_EQ(Evenness(state).imbalance, 1.5);
  EXPECT_EQ(Evenness(state).above_mean_bytes_per_second, 100);
}

TEST(PlanEvennessTest, CountsPartitionsOverTheirLeaders) {
  PlanState state;
  state.agents = {Agent(1, 0), Agent(1, 0), Agent(1, 0)};
  state.partitions = {Partition(1, 600, 0), Partition(2, 900, kSeveral)};
  state.spread[2].members = {0, 1, 2};
  EXPECT_EQ(Evenness(state).imbalance, 1.8);
  EXPECT_EQ(Evenness(state).above_mean_bytes_per_second, 400);
}

TEST(PlanEvennessTest, AnAgentOfTwiceTheWeightHasTwiceTheShare) {
  PlanState state;
  state.agents = {Agent(1, 100), Agent(2, 200)};
  EXPECT_EQ(Evenness(state).imbalance, 1);
  EXPECT_EQ(Evenness(state).above_mean_bytes_per_second, 0);
}

}  // namespace
}  // namespace bellwether

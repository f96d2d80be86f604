#include "controlplane/planning/plan_status.h"

#include <gtest/gtest.h>

namespace bellwether {
namespace {

PlanSlot Agent(int32_t weight, Load base) {
  PlanSlot slot;
  slot.declared_weight = weight;
  slot.base = base;
  return slot;
}

TEST(EvennessTest, NoLoadIsEven) {
  PlanState state;
  state.agents = {Agent(1, 0), Agent(1, 0)};
  EXPECT_EQ(Evenness(state).imbalance, 1);
  EXPECT_EQ(Evenness(state).excess_bytes_per_second, 0);
}

TEST(EvennessTest, TheLargestLoadIsHeldAgainstTheMean) {
  PlanState state;
  state.agents = {Agent(1, 100), Agent(1, 300)};
  EXPECT_EQ(Evenness(state).imbalance, 1.5);
  EXPECT_EQ(Evenness(state).excess_bytes_per_second, 100);
}

TEST(EvennessTest, AnAgentOfTwiceTheSizeHasTwiceTheLoad) {
  PlanState state;
  state.agents = {Agent(1, 100), Agent(2, 200)};
  EXPECT_EQ(Evenness(state).imbalance, 1);
  EXPECT_EQ(Evenness(state).excess_bytes_per_second, 0);
}

}  // namespace
}  // namespace bellwether

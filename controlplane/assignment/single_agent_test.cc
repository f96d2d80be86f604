#include "controlplane/assignment/single_agent.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace bellwether {
namespace {

TEST(SingleAgentTest, TheTwoDrawnAreDifferent) {
  SeededRandom random(1);
  const std::vector<uint64_t> cumulative = {1, 3, 7, 8};
  for (int i = 0; i < 10'000; ++i) {
    const DrawnPair drawn = DrawTwo(cumulative, std::nullopt, random);
    EXPECT_LT(drawn.first, cumulative.size());
    EXPECT_LT(drawn.second, cumulative.size());
    EXPECT_NE(drawn.first, drawn.second);
  }
}

TEST(SingleAgentTest, OneAgentIsDrawnTwice) {
  SeededRandom random(1);
  const DrawnPair drawn = DrawTwo({5}, std::nullopt, random);
  EXPECT_EQ(drawn.first, 0u);
  EXPECT_EQ(drawn.second, 0u);
}

TEST(SingleAgentTest, TheOneLeftOutIsNotDrawnWhereThereIsAnother) {
  SeededRandom random(1);
  const std::vector<uint64_t> cumulative = {1, 3, 7, 8};
  for (size_t without = 0; without < cumulative.size(); ++without) {
    std::vector<int> drawn_times(cumulative.size());
    for (int i = 0; i < 10'000; ++i) {
      const DrawnPair drawn = DrawTwo(cumulative, without, random);
      EXPECT_NE(drawn.first, drawn.second);
      ++drawn_times[drawn.first];
      ++drawn_times[drawn.second];
    }
    for (size_t i = 0; i < drawn_times.size(); ++i) EXPECT_EQ(drawn_times[i] == 0, i == without);
  }
  // Without one of two agents, the other one; without the only agent, that one.
  EXPECT_EQ(DrawTwo({5, 6}, 1, random).first, 0u);
  EXPECT_EQ(DrawTwo({5, 6}, 1, random).second, 0u);
  EXPECT_EQ(DrawTwo({5}, 0, random).first, 0u);
}

TEST(SingleAgentTest, WhatIsLeftIsDrawnInProportionToTheWeights) {
  SeededRandom random(3);
  const std::vector<uint64_t> cumulative = {1, 3, 7, 10};  // Weights 1, 2, 4, 3.
  constexpr int kDraws = 100'000;
  std::vector<int> first(4);
  for (int i = 0; i < kDraws; ++i) ++first[DrawTwo(cumulative, 1, random).first];
  EXPECT_NEAR(first[0], kDraws / 8.0, kDraws * 0.01);
  EXPECT_NEAR(first[2], kDraws / 2.0, kDraws * 0.01);
  EXPECT_NEAR(first[3], kDraws * 3 / 8.0, kDraws * 0.01);
}

TEST(SingleAgentTest, AgentsAreDrawnInProportionToTheirWeights) {
  SeededRandom random(2);
  const std::vector<uint64_t> cumulative = {1, 3, 7, 10};  // Weights 1, 2, 4, 3.
  constexpr int kDraws = 200'000;
  std::vector<int> first(4);
  // How often each other agent comes second after agent 2: 1, 2 and 3 of 6.
  std::vector<int> second(4);
  int after_two = 0;
  for (int i = 0; i < kDraws; ++i) {
    const DrawnPair drawn = DrawTwo(cumulative, std::nullopt, random);
    ++first[drawn.first];
    if (drawn.first != 2) continue;
    ++after_two;
    ++second[drawn.second];
  }
  EXPECT_NEAR(first[0], kDraws * 0.1, kDraws * 0.01);
  EXPECT_NEAR(first[1], kDraws * 0.2, kDraws * 0.01);
  EXPECT_NEAR(first[2], kDraws * 0.4, kDraws * 0.01);
  EXPECT_NEAR(first[3], kDraws * 0.3, kDraws * 0.01);
  EXPECT_NEAR(second[0], after_two / 6.0, after_two * 0.01);
  EXPECT_NEAR(second[1], after_two / 3.0, after_two * 0.01);
  EXPECT_NEAR(second[3], after_two / 2.0, after_two * 0.01);
}

TEST(SingleAgentTest, LowerEstimateWins) {
  SeededRandom random(3);
  EXPECT_TRUE(SecondIsBetter({0.5, 1, false}, {0.4, 9, false}, random));
  EXPECT_FALSE(SecondIsBetter({0.4, 9, false}, {0.5, 1, false}, random));
}

TEST(SingleAgentTest, HotAgentIsChosenOnlyIfBothAreHot) {
  SeededRandom random(3);
  EXPECT_TRUE(SecondIsBetter({0.1, 0, true}, {0.9, 0, false}, random));
  EXPECT_FALSE(SecondIsBetter({0.9, 0, false}, {0.1, 0, true}, random));
  EXPECT_TRUE(SecondIsBetter({0.9, 0, true}, {0.1, 0, true}, random));
}

TEST(SingleAgentTest, NewcomerThatHasEnoughIsChosenOnlyIfBothHave) {
  SeededRandom random(3);
  EXPECT_TRUE(SecondIsBetter({0.1, 0, false, true}, {0.9, 0, false, false}, random));
  EXPECT_FALSE(SecondIsBetter({0.1, 0, false, true}, {0.9, 0, false, true}, random));
  EXPECT_FALSE(SecondIsBetter({0.1, 0, false, true}, {0.9, 0, true, false}, random));
}

TEST(SingleAgentTest, HotIsAboveTheQuantileAndTwiceTheMedian) {
  std::vector<RequestsInFlight> reports;
  for (int64_t i = 1; i <= 101; ++i) reports.push_back({i * 10, 10});
  EXPECT_EQ(HotAbove(reports), 102) << "twice the median of 51";
  reports.clear();
  for (int i = 0; i < 100; ++i) reports.push_back({i < 70 ? 100 : 1'000, 10});
  EXPECT_EQ(HotAbove(reports), 100) << "as busy as the 0.85 quantile is not hot";
  EXPECT_FALSE(IsHot({1'000, 10}, 100));
  EXPECT_TRUE(IsHot({1'001, 10}, 100));
  EXPECT_FALSE(IsHot({kMinHotRequests, 0}, 1)) << "so few say nothing";
  EXPECT_TRUE(std::isinf(HotAbove({{1, 1}, {1'000, 1}})));
  EXPECT_TRUE(std::isinf(HotAbove({})));
}

TEST(SingleAgentTest, AgentWithMoreClientsIsNotHot) {
  // Four times the weight, so four times the clients.
  EXPECT_FALSE(IsHot({400, 400}, HotAbove({{100, 100}, {100, 100}, {100, 100}, {400, 400}})));
  // The others reported before the clients came.
  EXPECT_FALSE(IsHot({58, 58}, HotAbove({{0, 0}, {0, 0}, {58, 58}})));
}

TEST(SingleAgentTest, SlowStartGrowsByAFifthOfTheMeanEveryFiveSeconds) {
  EXPECT_DOUBLE_EQ(SlowStartCeiling(0.5, absl::ZeroDuration()), 0);
  EXPECT_DOUBLE_EQ(SlowStartCeiling(0.5, absl::Seconds(5)), 0.1);
  EXPECT_DOUBLE_EQ(SlowStartCeiling(0.5, absl::Seconds(20)), 0.4);
  EXPECT_TRUE(std::isinf(SlowStartCeiling(0.5, absl::Seconds(25))));
  EXPECT_GT(SlowStartCeiling(0, absl::Seconds(5)), 10 * kMinArrivalDelta);
}

TEST(SingleAgentTest, ClientStaysUnlessAnotherIsBetterByATenth) {
  EXPECT_TRUE(StaysAt({0.55, 0, false}, {0.5, 0, false}, 0));
  EXPECT_FALSE(StaysAt({0.56, 0, false}, {0.5, 0, false}, 0));
  EXPECT_TRUE(StaysAt({0.56, 0, false}, {0.5, 0, false}, 0.01)) << "its move would gain too little";
  EXPECT_TRUE(StaysAt({0, 0, false}, {0, 0, false}, 0));
  EXPECT_TRUE(StaysAt({0.001, 0, false}, {0, 0, false}, 0.001)) << "an idle pool";
  EXPECT_FALSE(StaysAt({0.5, 0, true}, {0.5, 0, false}, 0));
  EXPECT_TRUE(StaysAt({0.5, 0, true}, {0.5, 0, true}, 0));
}

TEST(SingleAgentTest, ForEqualEstimatesFewerConnectionsWinThenChance) {
  SeededRandom random(4);
  EXPECT_TRUE(SecondIsBetter({0.5, 3, false}, {0.5, 2, false}, random));
  EXPECT_FALSE(SecondIsBetter({0.5, 2, false}, {0.5, 3, false}, random));
  int second = 0;
  for (int i = 0; i < 10'000; ++i) {
    if (SecondIsBetter({0.5, 2, false}, {0.5, 2, false}, random)) ++second;
  }
  EXPECT_NEAR(second, 5'000, 250);
}

TEST(SingleAgentTest, ArrivalBringsOneAndAHalfConnectionsWorth) {
  EXPECT_DOUBLE_EQ(ArrivalDelta(3.0, 90), 0.05);
  EXPECT_DOUBLE_EQ(ArrivalDelta(3.0, 0), 4.5);
}

TEST(SingleAgentTest, ArrivalInAnIdlePoolStillCounts) {
  EXPECT_DOUBLE_EQ(ArrivalDelta(0, 0), kMinArrivalDelta);
  EXPECT_DOUBLE_EQ(ArrivalDelta(0, 1'000), kMinArrivalDelta);
  EXPECT_GT(kMinArrivalDelta, 0);
}

}  // namespace
}  // namespace bellwether

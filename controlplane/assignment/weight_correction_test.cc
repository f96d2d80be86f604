#include "controlplane/assignment/weight_correction.h"

#include <gtest/gtest.h>

#include "controlplane/assignment/plan_test_world.h"

namespace bellwether {
namespace {

// Agents that declare a weight and report their true utilisation.
class WeightCorrectionTest : public testing::Test {
 protected:
  WeightCorrectionTest() : world_(8, 800) {
    for (MemberInput& member : world_.members) member.weight = 4;
    world_.options.correct_weights = true;
    true_weight_.assign(8, 4.0);
    world_.Build();
  }

  uint64_t Run(int rounds) {
    uint64_t corrected = 0;
    for (int round = 0; round < rounds; ++round) {
      world_.measurements.agents.clear();
      for (size_t i = 0; i < world_.members.size(); ++i) {
        const double load = world_.LoadOf(world_.members[i].hash);
        const double utilization = load / (true_weight_[i] * 250e6);
        world_.measurements.agents.push_back(
            {world_.members[i].hash, 0, static_cast<uint64_t>(utilization * 1e6)});
      }
      corrected += world_.RunRound().weights_corrected;
    }
    return corrected;
  }
  int32_t WeightOf(size_t member) const {
    for (const PlanAgent& agent : MakePlan(world_.state).agents) {
      if (agent.hash == world_.members[member].hash) return agent.weight;
    }
    return 0;
  }

  PlanTestWorld world_;
  std::vector<double> true_weight_;
};

TEST_F(WeightCorrectionTest, AgentsThatSayTheTruthAreLeftAlone) { EXPECT_EQ(Run(200), 0u); }

TEST_F(WeightCorrectionTest, HalfSizeAgentIsCorrectedStepByStep) {
  true_weight_[3] = 2;
  EXPECT_EQ(Run(59), 0u);
  EXPECT_EQ(Run(1), 1u);
  EXPECT_EQ(WeightOf(3), 3);
  EXPECT_EQ(Run(59), 0u);
  EXPECT_EQ(Run(1), 1u);
  EXPECT_EQ(WeightOf(3), 2);
  EXPECT_EQ(Run(100), 0u);
  EXPECT_NEAR(world_.LoadOf(world_.members[3].hash),
              static_cast<double>(world_.TotalTraffic()) * 2 / 30,
              static_cast<double>(world_.TotalTraffic()) * 2 / 30 * 0.21);
}

TEST_F(WeightCorrectionTest, LargerAgentIsGivenMore) {
  true_weight_[5] = 8;
  Run(190);
  // 6 of 8 is near enough.
  EXPECT_EQ(WeightOf(5), 6);
}

TEST_F(WeightCorrectionTest, StepThatWouldOvershootIsNotTaken) {
  // From weight 1 the next is 2, which is further from 1.35 than 1 is.
  for (MemberInput& member : world_.members) member.weight = 1;
  true_weight_.assign(8, 1.0);
  world_.Build();
  true_weight_[5] = 1.35;
  EXPECT_EQ(Run(200), 0u);
}

TEST_F(WeightCorrectionTest, WithoutTheOptionNothingIsCorrected) {
  world_.options.correct_weights = false;
  true_weight_[3] = 1;
  EXPECT_EQ(Run(100), 0u);
}

TEST_F(WeightCorrectionTest, CorrectionOutlivesARestart) {
  true_weight_[3] = 2;
  Run(60);
  world_.state = RestorePlanState(MakePlan(world_.state), 6, 6);
  Run(1);
  EXPECT_EQ(WeightOf(3), 3);
}

}  // namespace
}  // namespace bellwether

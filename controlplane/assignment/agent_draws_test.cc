#include "controlplane/assignment/agent_draws.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "controlplane/assignment/preference_list.h"
#include "controlplane/base/stable_hash.h"

namespace bellwether {
namespace {

// Weights from 1 to `weights`, in no particular order.
std::vector<RankedAgent> MakeAgents(uint64_t count, uint64_t weights) {
  std::vector<RankedAgent> agents;
  for (uint64_t i = 0; i < count; ++i) {
    agents.push_back({Mix64(i + 1), static_cast<int32_t>(1 + Mix64(i) % weights)});
  }
  return agents;
}

TEST(AgentDrawsTest, FirstIsTheFirstOfTheJumpOrderThatIsEligible) {
  for (const uint64_t weights : {1, 2, 3, 64}) {
    const std::vector<RankedAgent> agents = MakeAgents(50, weights);
    const AgentDraws draws = AgentDraws(agents);
    for (uint64_t partition = 0; partition < 500; ++partition) {
      std::vector<bool> passed(agents.size());
      for (const uint32_t next : PreferenceList(Mix64(partition), agents)) {
        const auto is_left = [&](AgentPosition agent) { return !passed[agent]; };
        ASSERT_EQ(draws.First(Mix64(partition), is_left), next) << weights << " " << partition;
        passed[next] = true;
      }
    }
  }
}

TEST(AgentDrawsTest, PrefersWhoComesEarlierInTheJumpOrder) {
  const std::vector<RankedAgent> agents = MakeAgents(20, 5);
  const AgentDraws draws = AgentDraws(agents);
  for (uint64_t partition = 0; partition < 50; ++partition) {
    const std::vector<uint32_t> order = PreferenceList(partition, agents);
    for (size_t i = 0; i < order.size(); ++i) {
      for (size_t k = 0; k < order.size(); ++k) {
        EXPECT_EQ(draws.Prefers(partition, order[i], order[k]), i < k);
      }
    }
  }
}

TEST(AgentDrawsTest, NobodyIsFirstWhereNobodyIsEligible) {
  EXPECT_EQ(AgentDraws().First(1, [](AgentPosition) { return true; }), kNoAgent);
  EXPECT_EQ(AgentDraws(MakeAgents(9, 3)).First(1, [](AgentPosition) { return false; }), kNoAgent);
}

TEST(AgentDrawsTest, AreEqualIfTheAgentsAreTheSameAtTheSamePositions) {
  const AgentDraws draws({{5, 1}, {6, 2}});
  EXPECT_EQ(draws, AgentDraws({{5, 1}, {6, 2}}));
  EXPECT_FALSE(draws == AgentDraws({{6, 2}, {5, 1}}));
  EXPECT_FALSE(draws == AgentDraws({{5, 1}, {6, 3}}));
}

}  // namespace
}  // namespace bellwether

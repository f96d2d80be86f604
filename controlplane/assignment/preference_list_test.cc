#include "controlplane/assignment/preference_list.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

std::vector<RankedAgent> Agents(const std::vector<std::string>& ids) {
  std::vector<RankedAgent> agents;
  for (const std::string& id : ids) agents.push_back({StableHash(id), 1});
  return agents;
}

std::vector<RankedAgent> NumberedAgents(int count) {
  std::vector<RankedAgent> agents;
  for (int i = 0; i < count; ++i) agents.push_back({StableHash(absl::StrCat("agent-", i)), 1});
  return agents;
}

// Agents with weights from 1 to kMaxWeight.
std::vector<RankedAgent> AgentsOfAllWeights() {
  std::vector<RankedAgent> agents = NumberedAgents(kMaxWeight);
  for (int i = 0; i < kMaxWeight; ++i) agents[static_cast<size_t>(i)].weight = i + 1;
  return agents;
}

uint64_t HashOf(absl::string_view topic, int32_t partition) {
  return PartitionHash(StableHash("vc-1"), StableHash(topic), partition);
}

struct Golden {
  int32_t partition;
  uint64_t partition_hash;
  const char* order;
  // With agents of weights 3, 2, 1, 2 and 4.
  const char* weighted_order;
};
// A program in another language computed all values, with exact logarithms.
constexpr Golden kGolden[] = {
    {0, 0x0178bbece042ae07, "aebcd", "aebcd"}, {1, 0xc69b5dbb0ae74576, "bcade", "badce"},
    {2, 0xb61dc44df98a5623, "dbaec", "edbac"}, {3, 0x2fd883bc28343d2d, "dbcea", "dbeac"},
    {4, 0x2b6a9c7080f28124, "dbeac", "debac"}, {5, 0xb3233fb1c972244d, "bacde", "abedc"},
};

std::string Letters(const std::vector<uint32_t>& order) {
  std::string letters;
  for (const uint32_t i : order) letters.push_back(static_cast<char>('a' + i));
  return letters;
}

TEST(PreferenceListTest, GoldenValuesStayForEver) {
  const std::vector<RankedAgent> agents =
      Agents({"agent-a", "agent-b", "agent-c", "agent-d", "agent-e"});
  std::vector<RankedAgent> weighted = agents;
  for (size_t i = 0; i < weighted.size(); ++i) weighted[i].weight = std::array{3, 2, 1, 2, 4}[i];
  EXPECT_EQ(agents[0].hash, 0xfb99dcfabc6b3367);
  for (const Golden& golden : kGolden) {
    const uint64_t hash = HashOf("orders", golden.partition);
    EXPECT_EQ(hash, golden.partition_hash) << golden.partition;
    EXPECT_EQ(Letters(PreferenceList(hash, agents)), golden.order) << golden.partition;
    EXPECT_EQ(PreferredLeaderOf(hash, agents), static_cast<size_t>(golden.order[0] - 'a'));
    EXPECT_EQ(Letters(PreferenceList(hash, weighted)), golden.weighted_order) << golden.partition;
    EXPECT_EQ(PreferredLeaderOf(hash, weighted),
              static_cast<size_t>(golden.weighted_order[0] - 'a'));
  }
  EXPECT_EQ(JumpDraw(HashOf("orders", 0), agents[0].hash), 0xddcb45f51d3618af);
}

TEST(PreferenceListTest, GoldenMembersStayForEver) {
  const std::vector<RankedAgent> members = Agents({"agent-a", "agent-b", "agent-c"});
  const uint64_t partition = HashOf("orders", 0);
  EXPECT_EQ(MemberFor(ClientHash("producer-1", "10.0.0.1"), partition, members), 2u);
  EXPECT_EQ(MemberFor(ClientHash("producer-1", "10.0.0.2"), partition, members), 0u);
  EXPECT_EQ(MemberFor(ClientHash("producer-1", "10.0.0.3"), partition, members), 1u);
  EXPECT_EQ(MemberFor(ClientHash("app-x", "10.0.0.1"), partition, members), 0u);
}

TEST(PreferenceListTest, ClientHashLeavesOutThePort) {
  EXPECT_EQ(ClientHash("c", "10.0.0.1"), StableHash("c|10.0.0.1"));
  EXPECT_EQ(ClientHash("c", "10.0.0.1:5000"), StableHash("c|10.0.0.1"));
  EXPECT_EQ(ClientHash("c", "host.example:5000"), StableHash("c|host.example"));
  EXPECT_EQ(ClientHash("c", "[fd00::1]:5000"), StableHash("c|fd00::1"));
  EXPECT_EQ(ClientHash("c", "fd00::1"), StableHash("c|fd00::1"));
  EXPECT_EQ(ClientHash("c", "[fd00"), StableHash("c|[fd00"));
  EXPECT_EQ(ClientHash("c", ""), StableHash("c|"));
}

TEST(PreferenceListTest, RemovingAnAgentMovesOnlyItsPartitions) {
  const std::vector<RankedAgent> before = NumberedAgents(10);
  constexpr size_t kRemoved = 4;
  std::vector<RankedAgent> after = before;
  after.erase(after.begin() + kRemoved);
  int moved = 0;
  for (int32_t partition = 0; partition < 10'000; ++partition) {
    const uint64_t hash = HashOf("t", partition);
    const RankedAgent& old_preferred = before[PreferredLeaderOf(hash, before)];
    const RankedAgent& new_preferred = after[PreferredLeaderOf(hash, after)];
    if (old_preferred.hash == before[kRemoved].hash) {
      // To the next agent in the partition's own list, not to a common neighbour.
      EXPECT_EQ(new_preferred.hash, before[PreferenceList(hash, before)[1]].hash);
      ++moved;
    } else {
      EXPECT_EQ(new_preferred.hash, old_preferred.hash);
    }
  }
  EXPECT_NEAR(moved, 1'000, 120);
}

TEST(PreferenceListTest, AddingAnAgentTakesOnlyWhatItWins) {
  const std::vector<RankedAgent> before = NumberedAgents(9);
  const std::vector<RankedAgent> after = NumberedAgents(10);
  int taken = 0;
  for (int32_t partition = 0; partition < 10'000; ++partition) {
    const uint64_t hash = HashOf("t", partition);
    const size_t old_preferred = PreferredLeaderOf(hash, before);
    const size_t new_preferred = PreferredLeaderOf(hash, after);
    if (new_preferred == 9) {
      ++taken;
    } else {
      EXPECT_EQ(new_preferred, old_preferred);
    }
  }
  EXPECT_NEAR(taken, 1'000, 120);
}

TEST(PreferenceListTest, SharesAreProportionalToWeights) {
  const std::vector<RankedAgent> agents = AgentsOfAllWeights();
  constexpr int kSum = kMaxWeight * (kMaxWeight + 1) / 2;
  constexpr int kPerUnit = 100;
  std::vector<int> preferred_leaders(agents.size());
  for (int32_t partition = 0; partition < kSum * kPerUnit; ++partition) {
    ++preferred_leaders[PreferredLeaderOf(HashOf("t", partition), agents)];
  }
  // With even chances, the sum of the squared errors, each divided by the expected value, has the
  // mean 63 and the standard deviation 11.
  double errors = 0;
  for (size_t i = 0; i < agents.size(); ++i) {
    const double expected = static_cast<double>(kPerUnit) * agents[i].weight;
    errors += (preferred_leaders[i] - expected) * (preferred_leaders[i] - expected) / expected;
  }
  EXPECT_GT(errors, 63 - 3 * 11);
  EXPECT_LT(errors, 63 + 3 * 11);
}

// Weights count as much if the winner's draw is very near to the largest possible.
TEST(PreferenceListTest, SharesAreProportionalAmongManyAgents) {
  std::vector<RankedAgent> agents = NumberedAgents(1'000);
  for (size_t i = 0; i < agents.size(); ++i) agents[i].weight = i % 2 == 0 ? 1 : kMaxWeight;
  constexpr int kPartitions = 20'000;
  int light = 0;
  for (int32_t partition = 0; partition < kPartitions; ++partition) {
    if (agents[PreferredLeaderOf(HashOf("t", partition), agents)].weight == 1) ++light;
  }
  const double expected = kPartitions / (1.0 + kMaxWeight);
  EXPECT_NEAR(light, expected, 3 * std::sqrt(expected));
}

// The second agent of each list is the preferred leader once the first has left, so it must go by
// weight as well.
TEST(PreferenceListTest, WhoComesNextIsProportionalToo) {
  std::vector<RankedAgent> agents = NumberedAgents(4);
  agents[1].weight = 2;
  agents[2].weight = 4;
  agents[3].weight = 9;
  std::vector<int> seconds(4);
  int led = 0;
  for (int32_t partition = 0; partition < 40'000; ++partition) {
    const std::vector<uint32_t> order = PreferenceList(HashOf("t", partition), agents);
    if (order[0] != 3) continue;
    ++led;
    ++seconds[order[1]];
  }
  EXPECT_NEAR(led, 22'500, 300);
  for (size_t i = 0; i < 3; ++i) EXPECT_NEAR(seconds[i] * 7.0 / led, agents[i].weight, 0.15) << i;
}

TEST(PreferenceListTest, WhateverChangesAboutAnAgentMovesPartitionsOnlyToItOrFromIt) {
  const std::vector<RankedAgent> before = AgentsOfAllWeights();
  int moved = 0;
  for (const size_t changed : {0, 20, 63}) {
    for (const int32_t weight : {0, 1, 2, 21, 40, kMaxWeight}) {
      std::vector<RankedAgent> after = before;
      // 0: it leaves. In the opposite direction it joins.
      if (weight == 0) after.erase(after.begin() + static_cast<ptrdiff_t>(changed));
      if (weight != 0) after[changed].weight = weight;
      const bool grows = weight > before[changed].weight;
      for (int32_t partition = 0; partition < 2'000; ++partition) {
        const uint64_t hash = HashOf("t", partition);
        const uint64_t old_preferred = before[PreferredLeaderOf(hash, before)].hash;
        const uint64_t new_preferred = after[PreferredLeaderOf(hash, after)].hash;
        if (old_preferred == new_preferred) continue;
        ++moved;
        EXPECT_EQ(grows ? new_preferred : old_preferred, before[changed].hash)
            << changed << " " << weight;
      }
    }
  }
  EXPECT_GT(moved, 400);
}

TEST(PreferenceListTest, EqualWeightsGoByTheDrawAlone) {
  for (const int32_t weight : {1, 2, 7, kMaxWeight}) {
    // So near to each other that the cost is the same.
    const uint64_t draw = 0xFEDCBA9876543210;
    ASSERT_EQ(DrawCost(draw), DrawCost(draw + 2));
    EXPECT_TRUE(Beats({draw + 2, weight}, {draw, weight}));
    EXPECT_FALSE(Beats({draw, weight}, {draw + 2, weight}));
    EXPECT_FALSE(Beats({draw, weight}, {draw, weight}));
  }
}

TEST(PreferenceListTest, EqualQuotientsGoByTheDrawToo) {
  // Half of the largest draw costs 1, a quarter 2, an eighth 3.
  const PreferenceScore half = {uint64_t{1} << 63, 1};
  const PreferenceScore quarter = {uint64_t{1} << 62, 2};
  const PreferenceScore eighth = {uint64_t{1} << 61, 3};
  EXPECT_TRUE(Beats(half, quarter));
  EXPECT_TRUE(Beats(quarter, eighth));
  EXPECT_TRUE(Beats(half, eighth));
  EXPECT_FALSE(Beats(quarter, half));
  EXPECT_FALSE(Beats(eighth, half));
  // With the smallest increase of weight the order is reversed.
  EXPECT_TRUE(Beats({quarter.draw, 3}, half));
}

TEST(PreferenceListTest, OrderDoesNotDependOnHowAgentsAreListed) {
  const std::vector<RankedAgent> agents = AgentsOfAllWeights();
  const std::vector<RankedAgent> reversed(agents.rbegin(), agents.rend());
  for (int32_t partition = 0; partition < 100; ++partition) {
    const uint64_t hash = HashOf("t", partition);
    const std::vector<uint32_t> order = PreferenceList(hash, agents);
    const std::vector<uint32_t> reversed_order = PreferenceList(hash, reversed);
    for (size_t i = 0; i < order.size(); ++i) {
      EXPECT_EQ(agents[order[i]].hash, reversed[reversed_order[i]].hash);
    }
    EXPECT_EQ(order[0], PreferredLeaderOf(hash, agents));
  }
}

TEST(PreferenceListTest, ClientsOfASpreadPartitionAreSharedEvenly) {
  const std::vector<RankedAgent> members = NumberedAgents(4);
  std::vector<int> clients(4);
  for (int i = 0; i < 8'000; ++i) {
    const uint64_t client = ClientHash("producer", absl::StrCat("10.0.", i / 250, ".", i % 250));
    ++clients[MemberFor(client, HashOf("t", 0), members)];
  }
  for (const int count : clients) EXPECT_NEAR(count, 2'000, 160);
}

}  // namespace
}  // namespace bellwether

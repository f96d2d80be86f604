#include "controlplane/assignment/jump_order.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace bellwether {
namespace {

std::vector<JumpAgent> Agents(const std::vector<std::string>& ids) {
  std::vector<JumpAgent> agents;
  for (const std::string& id : ids) agents.push_back({StableHash(id), 1});
  return agents;
}

std::vector<JumpAgent> NumberedAgents(int count) {
  std::vector<JumpAgent> agents;
  for (int i = 0; i < count; ++i) agents.push_back({StableHash(absl::StrCat("agent-", i)), 1});
  return agents;
}

uint64_t HashOf(absl::string_view topic, int32_t partition) {
  return PartitionHash(StableHash("vc-1"), StableHash(topic), partition);
}

struct Golden {
  int32_t partition;
  uint64_t partition_hash;
  const char* order;
};
constexpr Golden kGolden[] = {
    {0, 0x0178bbece042ae07, "aebcd"}, {1, 0xc69b5dbb0ae74576, "bcade"},
    {2, 0xb61dc44df98a5623, "dbaec"}, {3, 0x2fd883bc28343d2d, "dbcea"},
    {4, 0x2b6a9c7080f28124, "dbeac"}, {5, 0xb3233fb1c972244d, "bacde"},
};

TEST(JumpOrderTest, GoldenValuesStayForEver) {
  const std::vector<JumpAgent> agents =
      Agents({"agent-a", "agent-b", "agent-c", "agent-d", "agent-e"});
  EXPECT_EQ(agents[0].hash, 0xfb99dcfabc6b3367);
  for (const Golden& golden : kGolden) {
    const uint64_t hash = HashOf("orders", golden.partition);
    EXPECT_EQ(hash, golden.partition_hash) << golden.partition;
    std::string order;
    for (const uint32_t i : JumpOrder(hash, agents)) order.push_back(static_cast<char>('a' + i));
    EXPECT_EQ(order, golden.order) << golden.partition;
    EXPECT_EQ(HomeOf(hash, agents), static_cast<size_t>(golden.order[0] - 'a'));
  }
  EXPECT_EQ(JumpScore(HashOf("orders", 0), agents[0]), 0xddcb45f51d3618af);
}

TEST(JumpOrderTest, GoldenMembersStayForEver) {
  const std::vector<JumpAgent> members = Agents({"agent-a", "agent-b", "agent-c"});
  const uint64_t partition = HashOf("orders", 0);
  EXPECT_EQ(MemberFor(ClientHash("producer-1", "10.0.0.1"), partition, members), 2u);
  EXPECT_EQ(MemberFor(ClientHash("producer-1", "10.0.0.2"), partition, members), 0u);
  EXPECT_EQ(MemberFor(ClientHash("producer-1", "10.0.0.3"), partition, members), 1u);
  EXPECT_EQ(MemberFor(ClientHash("app-x", "10.0.0.1"), partition, members), 0u);
}

TEST(JumpOrderTest, ClientHashLeavesOutThePort) {
  EXPECT_EQ(ClientHash("c", "10.0.0.1"), StableHash("c|10.0.0.1"));
  EXPECT_EQ(ClientHash("c", "10.0.0.1:5000"), StableHash("c|10.0.0.1"));
  EXPECT_EQ(ClientHash("c", "host.example:5000"), StableHash("c|host.example"));
  EXPECT_EQ(ClientHash("c", "[fd00::1]:5000"), StableHash("c|fd00::1"));
  EXPECT_EQ(ClientHash("c", "fd00::1"), StableHash("c|fd00::1"));
  EXPECT_EQ(ClientHash("c", "[fd00"), StableHash("c|[fd00"));
  EXPECT_EQ(ClientHash("c", ""), StableHash("c|"));
}

TEST(JumpOrderTest, RemovingAnAgentMovesOnlyItsPartitions) {
  const std::vector<JumpAgent> before = NumberedAgents(10);
  constexpr size_t kRemoved = 4;
  std::vector<JumpAgent> after = before;
  after.erase(after.begin() + kRemoved);
  int moved = 0;
  for (int32_t partition = 0; partition < 10'000; ++partition) {
    const uint64_t hash = HashOf("t", partition);
    const JumpAgent& old_home = before[HomeOf(hash, before)];
    const JumpAgent& new_home = after[HomeOf(hash, after)];
    if (old_home.hash == before[kRemoved].hash) {
      // To the next in its own order, not to some common neighbour.
      EXPECT_EQ(new_home.hash, before[JumpOrder(hash, before)[1]].hash);
      ++moved;
    } else {
      EXPECT_EQ(new_home.hash, old_home.hash);
    }
  }
  EXPECT_NEAR(moved, 1'000, 120);
}

TEST(JumpOrderTest, AddingAnAgentTakesOnlyWhatItWins) {
  const std::vector<JumpAgent> before = NumberedAgents(9);
  const std::vector<JumpAgent> after = NumberedAgents(10);
  int taken = 0;
  for (int32_t partition = 0; partition < 10'000; ++partition) {
    const uint64_t hash = HashOf("t", partition);
    const size_t old_home = HomeOf(hash, before);
    const size_t new_home = HomeOf(hash, after);
    if (new_home == 9) {
      ++taken;
    } else {
      EXPECT_EQ(new_home, old_home);
    }
  }
  EXPECT_NEAR(taken, 1'000, 120);
}

TEST(JumpOrderTest, WeightsAreProportional) {
  std::vector<JumpAgent> agents = NumberedAgents(4);
  agents[1].weight = 2;
  agents[2].weight = 4;
  agents[3].weight = 9;
  std::vector<int> homes(4);
  constexpr int kPerUnit = 2'000;
  for (int32_t partition = 0; partition < 16 * kPerUnit; ++partition) {
    ++homes[HomeOf(HashOf("t", partition), agents)];
  }
  for (size_t i = 0; i < agents.size(); ++i) {
    EXPECT_NEAR(homes[i], kPerUnit * agents[i].weight, 0.06 * kPerUnit * agents[i].weight) << i;
  }
}

TEST(JumpOrderTest, GrowingAnAgentMovesPartitionsOnlyToIt) {
  const std::vector<JumpAgent> before = NumberedAgents(5);
  std::vector<JumpAgent> after = before;
  after[2].weight = 3;
  for (int32_t partition = 0; partition < 5'000; ++partition) {
    const uint64_t hash = HashOf("t", partition);
    const size_t new_home = HomeOf(hash, after);
    if (new_home != 2) {
      EXPECT_EQ(new_home, HomeOf(hash, before));
    }
  }
}

TEST(JumpOrderTest, EqualScoresGoToTheLargerHash) {
  // Weight 0 gives every agent the score 0.
  const std::vector<JumpAgent> agents = {{5, 0}, {9, 0}, {7, 0}};
  EXPECT_EQ(HomeOf(1, agents), 1u);
  EXPECT_EQ(JumpOrder(1, agents), (std::vector<uint32_t>{1, 2, 0}));
}

TEST(JumpOrderTest, OrderDoesNotDependOnHowAgentsAreListed) {
  const std::vector<JumpAgent> agents = NumberedAgents(20);
  const std::vector<JumpAgent> reversed(agents.rbegin(), agents.rend());
  for (int32_t partition = 0; partition < 100; ++partition) {
    const uint64_t hash = HashOf("t", partition);
    const std::vector<uint32_t> order = JumpOrder(hash, agents);
    const std::vector<uint32_t> reversed_order = JumpOrder(hash, reversed);
    for (size_t i = 0; i < order.size(); ++i) {
      EXPECT_EQ(agents[order[i]].hash, reversed[reversed_order[i]].hash);
    }
    EXPECT_EQ(order[0], HomeOf(hash, agents));
  }
}

TEST(JumpOrderTest, ClientsOfASpreadPartitionAreSharedEvenly) {
  const std::vector<JumpAgent> members = NumberedAgents(4);
  std::vector<int> clients(4);
  for (int i = 0; i < 8'000; ++i) {
    const uint64_t client = ClientHash("producer", absl::StrCat("10.0.", i / 250, ".", i % 250));
    ++clients[MemberFor(client, HashOf("t", 0), members)];
  }
  for (const int count : clients) EXPECT_NEAR(count, 2'000, 160);
}

}  // namespace
}  // namespace bellwether

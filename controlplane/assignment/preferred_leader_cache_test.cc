#include "controlplane/assignment/preferred_leader_cache.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <thread>
#include <vector>

#include "controlplane/assignment/preference_list.h"
#include "controlplane/base/stable_hash.h"

namespace bellwether {
namespace {

// Few enough that all of them are cached.
constexpr uint64_t kPartitions = 500;

std::vector<RankedAgent> MakeAgents(uint64_t count) {
  std::vector<RankedAgent> agents;
  for (uint64_t i = 0; i < count; ++i) agents.push_back({Mix64(i + 1), 1 + i % 3 == 2 ? 2 : 1});
  return agents;
}

uint64_t Partition(uint64_t i) { return Mix64(1'000'000 + i); }

// How many of that many partitions have another leader than PreferredLeaderOf returns.
uint64_t CountWrong(const PreferredLeaderCache& winners, const std::vector<RankedAgent>& agents,
                    uint64_t partitions) {
  uint64_t wrong = 0;
  for (uint64_t i = 0; i < partitions; ++i) {
    if (winners.First(Partition(i)) != PreferredLeaderOf(Partition(i), agents)) ++wrong;
  }
  return wrong;
}
uint64_t CountRemembered(const PreferredLeaderCache& winners) {
  uint64_t remembered = 0;
  for (uint64_t i = 0; i < kPartitions; ++i) {
    if (winners.Recall(Partition(i)) != kNoAgent) ++remembered;
  }
  return remembered;
}

TEST(PreferredLeaderCacheTest, FirstIsThePreferredLeaderWhetherRememberedOrNot) {
  for (const uint64_t count : {1, 5, 63, 64, 65, 1'000}) {
    const std::vector<RankedAgent> agents = MakeAgents(count);
    const PreferredLeaderCache winners(AgentDraws(agents), nullptr);
    EXPECT_EQ(CountWrong(winners, agents, kPartitions), 0u) << count;
    EXPECT_EQ(CountWrong(winners, agents, kPartitions), 0u) << count << ", again";
  }
}

TEST(PreferredLeaderCacheTest, WhatWasAskedForIsRememberedWhereItCosts) {
  EXPECT_EQ(CountRemembered(PreferredLeaderCache(AgentDraws(MakeAgents(200)), nullptr)), 0u);
  for (const uint64_t count : {10, 200}) {
    const std::vector<RankedAgent> agents = MakeAgents(count);
    const PreferredLeaderCache winners(AgentDraws(agents), nullptr);
    CountWrong(winners, agents, kPartitions);
    EXPECT_EQ(CountRemembered(winners), count == 10 ? 0 : kPartitions);
  }
}

TEST(PreferredLeaderCacheTest, MoreThanItHoldsIsAnsweredToo) {
  const std::vector<RankedAgent> agents = MakeAgents(100);
  const PreferredLeaderCache winners(AgentDraws(agents), nullptr);
  EXPECT_EQ(CountWrong(winners, agents, 50'000), 0u);
  EXPECT_EQ(CountWrong(winners, agents, 50'000), 0u);
}

TEST(PreferredLeaderCacheTest, PartitionsThatDifferInAnyBitAreNotTakenForEachOther) {
  const std::vector<RankedAgent> agents = MakeAgents(200);
  const PreferredLeaderCache winners(AgentDraws(agents), nullptr);
  for (const uint64_t partition : {uint64_t{0}, ~uint64_t{0}, Partition(1)}) {
    for (int bit = 0; bit < 64; ++bit) {
      winners.First(partition);
      const uint64_t other = partition ^ (uint64_t{1} << bit);
      EXPECT_EQ(winners.First(other), PreferredLeaderOf(other, agents)) << bit;
    }
  }
}

TEST(PreferredLeaderCacheTest, WhatStaysTrueIsRememberedWhileAgentsComeAndGo) {
  std::vector<RankedAgent> agents = MakeAgents(200);
  const PreferredLeaderCache all(AgentDraws(agents), nullptr);
  CountWrong(all, agents, kPartitions);

  // One agent leaves: only the entries of partitions that it led are dropped.
  uint64_t led = 0;
  for (uint64_t i = 0; i < kPartitions; ++i) led += all.First(Partition(i)) == 7 ? 1 : 0;
  ASSERT_GT(led, 0u);
  agents.erase(agents.begin() + 7);
  const PreferredLeaderCache fewer(AgentDraws(agents), &all);
  EXPECT_EQ(CountRemembered(fewer), kPartitions - led);
  EXPECT_EQ(CountWrong(fewer, agents, kPartitions), 0u);

  // Some agents join, among them the first by position; one becomes heavier, another lighter.
  agents.insert(agents.begin(), {Mix64(5'000), 3});
  for (uint64_t i = 0; i < 10; ++i) agents.push_back({Mix64(6'000 + i), 1});
  agents[20].weight = 9;
  agents[22].weight = 1;
  const PreferredLeaderCache more(AgentDraws(agents), &fewer);
  EXPECT_GT(CountRemembered(more), kPartitions * 9 / 10);
  EXPECT_EQ(CountWrong(more, agents, kPartitions), 0u);
}

TEST(PreferredLeaderCacheTest, NothingIsRememberedOfAgentsThatAreAllDifferent) {
  std::vector<RankedAgent> agents = MakeAgents(200);
  const PreferredLeaderCache old(AgentDraws(agents), nullptr);
  CountWrong(old, agents, kPartitions);
  for (RankedAgent& agent : agents) agent.hash = Mix64(agent.hash);
  const PreferredLeaderCache other(AgentDraws(agents), &old);
  EXPECT_EQ(CountRemembered(other), 0u);
  EXPECT_EQ(CountWrong(other, agents, kPartitions), 0u);
}

TEST(PreferredLeaderCacheTest, ManyThreadsAskAtOnce) {
  const std::vector<RankedAgent> agents = MakeAgents(100);
  const PreferredLeaderCache winners(AgentDraws(agents), nullptr);
  std::vector<uint64_t> wrong(4);
  std::vector<std::thread> threads;
  threads.reserve(wrong.size());
  for (uint64_t& count : wrong) {
    threads.emplace_back([&] { count = CountWrong(winners, agents, 20'000); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const uint64_t count : wrong) EXPECT_EQ(count, 0u);
}

}  // namespace
}  // namespace bellwether

#include "controlplane/assignment/named_brokers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/base/stable_hash.h"

namespace bellwether {
namespace {

PoolView MakeView(int count) {
  PoolView view;
  for (int i = 0; i < count; ++i) {
    ViewAgent agent;
    agent.registration.spec.agent_id = absl::StrCat("agent-", i);
    agent.state = AgentState::kActive;
    agent.hash = StableHash(agent.registration.spec.agent_id);
    view.agents.push_back(std::make_shared<const ViewAgent>(agent));
  }
  ChooseCandidates(view);
  return view;
}

PositionSet Leaders(size_t count, const std::set<uint32_t>& leaders) {
  PositionSet set(count);
  for (const uint32_t leader : leaders) set.Insert(leader);
  return set;
}

TEST(PositionSetTest, GivesBackWhatWasPutInAscendingAcrossWords) {
  const std::vector<uint32_t> positions = {0, 1, 62, 63, 64, 65, 127, 128, 199};
  PositionSet set(200);
  for (auto it = positions.rbegin(); it != positions.rend(); ++it) set.Insert(*it);
  set.Insert(64);
  EXPECT_EQ(set.Ascending(), positions);
  for (uint32_t i = 0; i < 200; ++i) {
    EXPECT_EQ(set.Contains(i), std::count(positions.begin(), positions.end(), i) == 1) << i;
  }
  EXPECT_TRUE(PositionSet(0).Ascending().empty());
}

TEST(NamedBrokersTest, EveryLeaderIsNamedAndNoOtherIfTheyAreEnough) {
  const PoolView view = MakeView(10);
  EXPECT_EQ(NamedBrokers(view, Leaders(10, {9, 0, 4, 5}), 1), (std::vector<uint32_t>{0, 4, 5, 9}));
}

TEST(NamedBrokersTest, FewLeadersAreJoinedByFallbacks) {
  const PoolView view = MakeView(100);
  for (uint64_t client = 0; client < 50; ++client) {
    const std::vector<uint32_t> brokers = NamedBrokers(view, Leaders(100, {42}), Mix64(client));
    EXPECT_EQ(std::set<uint32_t>(brokers.begin(), brokers.end()).size(), kMinNamedBrokers);
    EXPECT_EQ(std::count(brokers.begin(), brokers.end(), 42u), 1);
    EXPECT_TRUE(std::is_sorted(brokers.begin(), brokers.end()));
  }
}

TEST(NamedBrokersTest, SmallPoolIsNamedWhole) {
  EXPECT_EQ(NamedBrokers(MakeView(2), Leaders(2, {}), 1), (std::vector<uint32_t>{0, 1}));
}

TEST(NamedBrokersTest, OnlyCandidatesAreFallbacks) {
  PoolView view = MakeView(5);
  view.candidates = {1, 3};
  EXPECT_EQ(NamedBrokers(view, Leaders(5, {3}), 1), (std::vector<uint32_t>{1, 3}));
}

TEST(NamedBrokersTest, ClientSeesTheSameFallbacksAndClientsSeeDifferentOnes) {
  const PoolView view = MakeView(20);
  std::vector<int> named(20);
  for (uint64_t client = 0; client < 2'000; ++client) {
    const uint64_t hash = Mix64(client);
    const std::vector<uint32_t> brokers = NamedBrokers(view, Leaders(20, {}), hash);
    EXPECT_EQ(NamedBrokers(view, Leaders(20, {}), hash), brokers);
    for (const uint32_t broker : brokers) ++named[broker];
  }
  for (const int count : named) EXPECT_NEAR(count, 300, 90);
}

TEST(NamedBrokersTest, DepartureOfAnotherAgentKeepsTheFallbacks) {
  PoolView view = MakeView(20);
  const uint64_t client = StableHash("client");
  const std::vector<uint32_t> before = NamedBrokers(view, Leaders(20, {}), client);
  for (uint32_t gone = 0; gone < 20; ++gone) {
    if (std::count(before.begin(), before.end(), gone) > 0) continue;
    PoolView smaller = MakeView(20);
    smaller.candidates.erase(smaller.candidates.begin() + gone);
    EXPECT_EQ(NamedBrokers(smaller, Leaders(20, {}), client), before);
  }
}

}  // namespace
}  // namespace bellwether

#include "controlplane/assignment/listed_brokers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/assignment/position_set.h"
#include "controlplane/base/stable_hash.h"

namespace bellwether {
namespace {

using Positions = std::vector<uint32_t>;

std::shared_ptr<const ViewAgent> MakeAgent(int number, AgentState state, const std::string& zone) {
  ViewAgent agent;
  agent.registration.spec.agent_id = absl::StrCat("agent-", number);
  agent.registration.spec.zone = zone;
  agent.state = state;
  agent.hash = StableHash(agent.registration.spec.agent_id);
  return std::make_shared<const ViewAgent>(agent);
}

LeaderView MakeLeaderView(std::vector<std::shared_ptr<const ViewAgent>> agents) {
  auto view = std::make_shared<PoolView>();
  view->agents = std::move(agents);
  ChooseCandidates(*view);
  LeaderView leaders;
  leaders.view = std::move(view);
  PrepareForQueries(leaders);
  return leaders;
}

// A third of the agents in zone "west", the others in "east".
LeaderView MakeLargePool(int agents) {
  std::vector<std::shared_ptr<const ViewAgent>> made;
  for (int i = 0; i < agents; ++i) {
    made.push_back(MakeAgent(i, AgentState::kActive, i % 3 == 0 ? "west" : "east"));
  }
  return MakeLeaderView(std::move(made));
}

int InZone(const LeaderView& leaders, const Positions& brokers, const std::string& zone) {
  return static_cast<int>(std::count_if(brokers.begin(), brokers.end(), [&](uint32_t position) {
    return leaders.view->agents[position]->registration.spec.zone == zone;
  }));
}

TEST(PositionSetTest, GivesBackWhatWasPutInAscendingAcrossWords) {
  const Positions positions = {0, 1, 62, 63, 64, 65, 127, 128, 199};
  PositionSet set(200);
  for (auto it = positions.rbegin(); it != positions.rend(); ++it) set.Insert(*it);
  set.Insert(64);
  EXPECT_EQ(set.Ascending(), positions);
  for (uint32_t i = 0; i < 200; ++i) {
    EXPECT_EQ(set.Contains(i), std::count(positions.begin(), positions.end(), i) == 1) << i;
  }
  EXPECT_TRUE(PositionSet(0).Ascending().empty());
}

TEST(ListedBrokersTest, EveryAgentIsListedUntilItIsDeadOrGone) {
  std::vector<std::shared_ptr<const ViewAgent>> agents = {
      MakeAgent(0, AgentState::kActive, "west"), MakeAgent(1, AgentState::kJoining, "west"),
      MakeAgent(2, AgentState::kSuspect, "east"), MakeAgent(3, AgentState::kDraining, "east"),
      MakeAgent(4, AgentState::kDead, "east")};
  ViewAgent restarting = *MakeAgent(5, AgentState::kDraining, "west");
  restarting.registration.leaving = true;
  restarting.registration.restarting = true;
  agents.push_back(std::make_shared<const ViewAgent>(restarting));
  ViewAgent gone = *MakeAgent(6, AgentState::kDraining, "west");
  gone.registration.restarting = true;
  agents.push_back(std::make_shared<const ViewAgent>(gone));
  EXPECT_EQ(ListedBrokers(MakeLeaderView(agents), 0, 1, "west"), (Positions{0, 1, 2, 3, 5}));
}

TEST(ListedBrokersTest, ThereIsNoLimitUnlessOneIsSet) {
  const LeaderView leaders = MakeLargePool(2'000);
  EXPECT_EQ(ListedBrokers(leaders, 0, 1, "").size(), 2'000u);
  EXPECT_EQ(ListedBrokers(leaders, 2'000, 1, "").size(), 2'000u);
}

TEST(ListedBrokersTest, SubsetDependsOnTheClientAloneAndClientsSeeDifferentOnes) {
  const LeaderView leaders = MakeLargePool(60);
  std::vector<int> listed(60);
  for (uint64_t client = 0; client < 2'000; ++client) {
    const uint64_t hash = Mix64(client);
    const Positions brokers = ListedBrokers(leaders, 6, hash, "");
    EXPECT_EQ(ListedBrokers(leaders, 6, hash, ""), brokers);
    EXPECT_EQ(brokers.size(), 6u);
    EXPECT_TRUE(std::is_sorted(brokers.begin(), brokers.end()));
    for (const uint32_t broker : brokers) ++listed[broker];
  }
  for (const int count : listed) EXPECT_NEAR(count, 200, 70);
}

TEST(ListedBrokersTest, AQuarterOfTheSubsetIsOutsideTheClientsZone) {
  const LeaderView leaders = MakeLargePool(60);
  for (uint64_t client = 0; client < 100; ++client) {
    const uint64_t hash = Mix64(client);
    EXPECT_EQ(InZone(leaders, ListedBrokers(leaders, 8, hash, "west"), "west"), 6);
    EXPECT_EQ(InZone(leaders, ListedBrokers(leaders, 3, hash, "west"), "west"), 2);
    // The zone has 20 agents and the others fill the list, and vice versa.
    EXPECT_EQ(InZone(leaders, ListedBrokers(leaders, 40, hash, "west"), "west"), 20);
    EXPECT_EQ(InZone(leaders, ListedBrokers(leaders, 59, hash, "east"), "west"), 19);
  }
}

TEST(ListedBrokersTest, DepartureOfAnAgentOutsideTheSubsetKeepsIt) {
  const LeaderView leaders = MakeLargePool(30);
  const uint64_t client = StableHash("client");
  const Positions before = ListedBrokers(leaders, 5, client, "west");
  for (uint32_t gone = 0; gone < 30; ++gone) {
    if (std::count(before.begin(), before.end(), gone) > 0) continue;
    auto agents = leaders.view->agents;
    agents[gone] =
        MakeAgent(static_cast<int>(gone), AgentState::kDead, agents[gone]->registration.spec.zone);
    EXPECT_EQ(ListedBrokers(MakeLeaderView(agents), 5, client, "west"), before);
  }
}

TEST(ListedCandidatesTest, AreThoseOfTheListAndAllWhereTheListHasNone) {
  LeaderView leaders = MakeLargePool(5);
  auto view = std::make_shared<PoolView>(*leaders.view);
  view->candidates = {1, 3};
  leaders.view = view;
  EXPECT_EQ(ListedCandidates(leaders, {0, 1, 2}), (Positions{1}));
  EXPECT_EQ(ListedCandidates(leaders, {0, 2, 4}), (Positions{1, 3}));
}

}  // namespace
}  // namespace bellwether

#include "controlplane/assignment/restricted_views.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/assignment/leader_view.h"
#include "controlplane/assignment/preference_list.h"
#include "controlplane/base/stable_hash.h"

namespace bellwether {
namespace {

struct TestAgent {
  std::string zone = "";
  std::string group = "";
  std::vector<AgentRole> roles = {};
  AgentState state = AgentState::kActive;
};

LeaderView MakeLeaderView(const std::vector<TestAgent>& agents) {
  PoolView view;
  view.version = 7;
  LeaderView leaders;
  for (size_t i = 0; i < agents.size(); ++i) {
    ViewAgent agent;
    agent.registration.spec.agent_id = absl::StrCat("agent-", i);
    agent.registration.spec.zone = agents[i].zone;
    agent.registration.spec.agent_group = agents[i].group;
    agent.registration.spec.roles = agents[i].roles;
    agent.state = agents[i].state;
    agent.hash = StableHash(agent.registration.spec.agent_id);
    view.agents.push_back(std::make_shared<const ViewAgent>(agent));
  }
  ChooseCandidates(view);
  leaders.view = std::make_shared<const PoolView>(std::move(view));
  PrepareCandidates(leaders);
  leaders.lookup = std::make_shared<const PlanLookup>(std::make_shared<const Plan>(),
                                                      LookupAgentsOf(*leaders.view), nullptr);
  return leaders;
}

using Positions = std::vector<uint32_t>;

TEST(RestrictedViewsTest, OnlyAgentsThatFitAreCandidates) {
  const AgentRole produce = AgentRole::kProxyProduce;
  const AgentRole consume = AgentRole::kProxyConsume;
  const LeaderView whole = MakeLeaderView({{"a", "x", {produce}},
                                           {"a", "y", {consume}},
                                           {"b", "x", {}},
                                           {"b", "x", {produce, consume}},
                                           {"b", "x", {}, AgentState::kDraining}});
  RestrictedViews pools;
  const auto fitting = [&](const Restriction& restriction) {
    return pools.Find(whole, restriction)->view->candidates;
  };
  EXPECT_EQ(fitting({"x", {}, {}}), (Positions{0, 2, 3}));
  EXPECT_EQ(fitting({{}, produce, {}}), (Positions{0, 2, 3})) << "no roles means all roles";
  EXPECT_EQ(fitting({{}, consume, {}}), (Positions{1, 2, 3}));
  EXPECT_EQ(fitting({{}, {}, "b"}), (Positions{2, 3}));
  EXPECT_EQ(fitting({"x", produce, "a"}), (Positions{0}));
  EXPECT_EQ(fitting({"y", produce, {}}), Positions{});
}

TEST(RestrictedViewsTest, PartNamesOnlyItsOwnAndIsOtherwiseTheWhole) {
  const LeaderView whole = MakeLeaderView({{"a"}, {"b"}, {"a"}, {"b"}});
  RestrictedViews pools;
  const auto part = pools.Find(whole, {{}, {}, "b"});
  EXPECT_EQ(part->view->version, 7);
  EXPECT_EQ(part->view->agents, whole.view->agents);
  EXPECT_EQ(part->cumulative_weights, (std::vector<uint64_t>{1, 2}));
  for (int32_t partition = 0; partition < 100; ++partition) {
    const uint32_t leader = part->lookup->LeaderOf(PartitionHash(1, 2, partition), 3);
    EXPECT_EQ(leader % 2, 1u);
    const uint32_t preferred = whole.lookup->LeaderOf(PartitionHash(1, 2, partition), 3);
    if (preferred % 2 == 1) {
      EXPECT_EQ(leader, preferred) << "a home in the zone stays";
    }
  }
}

TEST(RestrictedViewsTest, PartIsMadeOnce) {
  const LeaderView whole = MakeLeaderView({{"a"}, {"b"}});
  RestrictedViews pools;
  const auto part = pools.Find(whole, {{}, {}, "a"});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        EXPECT_EQ(pools.Find(whole, {{}, {}, "a"}), part);
        const Restriction other{absl::StrCat("group-", i % 50), {}, {}};
        EXPECT_EQ(pools.Find(whole, other), pools.Find(whole, other));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(RestrictedViewsTest, WhatIsKeptIsBounded) {
  const LeaderView whole = MakeLeaderView({{"a"}, {"b"}});
  RestrictedViews pools;
  for (size_t i = 0; i < RestrictedViews::kMaxKept; ++i) {
    pools.Find(whole, {{}, {}, absl::StrCat("zone-", i)});
  }
  const auto one_more = pools.Find(whole, {{}, {}, "a"});
  EXPECT_EQ(one_more->view->candidates, Positions{0});
  EXPECT_NE(pools.Find(whole, {{}, {}, "a"}), one_more) << "made anew, not kept";
  EXPECT_EQ(pools.Find(whole, {{}, {}, "zone-0"}), pools.Find(whole, {{}, {}, "zone-0"}));
}

}  // namespace
}  // namespace bellwether

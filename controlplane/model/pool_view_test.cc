#include "controlplane/model/pool_view.h"

#include <initializer_list>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace bellwether {
namespace {

// A view of agents "a", "b", ... in these states.
PoolView ViewOf(std::initializer_list<AgentState> states) {
  PoolView view;
  char id = 'a';
  for (const AgentState state : states) {
    ViewAgent agent;
    agent.registration.spec.agent_id = std::string(1, id++);
    agent.state = state;
    view.agents.push_back(std::make_shared<const ViewAgent>(agent));
  }
  return view;
}

std::vector<uint32_t> CandidatesOf(std::initializer_list<AgentState> states) {
  PoolView view = ViewOf(states);
  view.candidates = {99};
  ChooseCandidates(view);
  return view.candidates;
}

using Positions = std::vector<uint32_t>;

TEST(PoolViewTest, ActiveAgentsAreTheCandidates) {
  EXPECT_EQ(CandidatesOf({AgentState::kJoining, AgentState::kActive, AgentState::kSuspect,
                          AgentState::kActive, AgentState::kDraining, AgentState::kDead}),
            (Positions{1, 3}));
}

TEST(PoolViewTest, NextBestStateServesWhereThereIsNoBetterOne) {
  EXPECT_EQ(CandidatesOf({AgentState::kDraining, AgentState::kSuspect, AgentState::kJoining}),
            Positions{2});
  EXPECT_EQ(CandidatesOf({AgentState::kDraining, AgentState::kSuspect}), Positions{1});
  EXPECT_EQ(CandidatesOf({AgentState::kDead, AgentState::kDraining}), Positions{1});
}

TEST(PoolViewTest, DeadAgentsAreNeverCandidates) {
  EXPECT_TRUE(CandidatesOf({AgentState::kDead, AgentState::kDead}).empty());
  EXPECT_TRUE(CandidatesOf({}).empty());
}

TEST(PoolViewTest, AgentsAreFoundById) {
  const PoolView view = ViewOf({AgentState::kActive, AgentState::kActive, AgentState::kDead});
  for (const auto& agent : view.agents) {
    EXPECT_EQ(view.FindAgent(agent->registration.spec.agent_id), agent.get());
  }
  EXPECT_EQ(view.FindAgent("d"), nullptr);
  EXPECT_EQ(view.FindAgent("aa"), nullptr);
  EXPECT_EQ(view.FindAgent(""), nullptr);
  EXPECT_EQ(PoolView().FindAgent("a"), nullptr);
}

}  // namespace
}  // namespace bellwether

#include "controlplane/planning/pool_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "controlplane/base/stable_hash.h"

namespace bellwether {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string Value(const LogLine& line, absl::string_view name) {
  for (const LogField& field : line.fields) {
    if (field.name == name) return field.value;
  }
  return "";
}

std::shared_ptr<const ViewAgent> Agent(const std::string& id, AgentState state) {
  auto agent = std::make_shared<ViewAgent>();
  agent->registration.spec.agent_id = id;
  agent->state = state;
  agent->hash = StableHash(id);
  return agent;
}

PoolView View(std::vector<std::shared_ptr<const ViewAgent>> agents) {
  PoolView view;
  view.agent_pool_id = "apn_orders";
  view.agents = std::move(agents);
  return view;
}

// That many agents in one state, by id.
PoolView Many(int count, AgentState state) {
  std::vector<std::shared_ptr<const ViewAgent>> agents;
  for (int i = 0; i < count; ++i)
    agents.push_back(Agent(absl::StrCat("agent-", 10'000 + i), state));
  return View(std::move(agents));
}

TEST(StateChangesTest, EachAgentThatChangedHasALine) {
  const auto events =
      StateChanges(View({Agent("a", AgentState::kActive), Agent("b", AgentState::kActive),
                         Agent("c", AgentState::kSuspect), Agent("e", AgentState::kActive)}),
                   View({Agent("a", AgentState::kActive), Agent("b", AgentState::kSuspect),
                         Agent("c", AgentState::kDead), Agent("d", AgentState::kJoining),
                         Agent("e", AgentState::kDraining)}));
  ASSERT_THAT(events, SizeIs(3));
  const auto line_of = [&events](absl::string_view agent) {
    for (const PoolEvent& event : events) {
      if (Value(event.line, "agent") == agent) return event.line;
    }
    return LogLine();
  };
  EXPECT_EQ(line_of("b").event, "agent state changed");
  EXPECT_EQ(line_of("b").level, LogLevel::kWarning);
  EXPECT_EQ(Value(line_of("b"), "from"), "active");
  EXPECT_EQ(Value(line_of("b"), "to"), AgentStateName(AgentState::kSuspect));
  EXPECT_EQ(Value(line_of("b"), "agent_pool"), "apn_orders");
  EXPECT_EQ(Value(line_of("c"), "to"), "dead");
  EXPECT_EQ(Value(line_of("e"), "to"), "draining");
  EXPECT_EQ(line_of("e").level, LogLevel::kInfo);
}

TEST(StateChangesTest, AgentsThatCameOrWentHaveTheirLinesElsewhere) {
  EXPECT_THAT(StateChanges(View({Agent("a", AgentState::kActive)}),
                           View({Agent("b", AgentState::kActive)})),
              IsEmpty());
  EXPECT_THAT(StateChanges(View({}), View({Agent("b", AgentState::kActive)})), IsEmpty());
  EXPECT_THAT(StateChanges(View({Agent("b", AgentState::kActive)}), View({})), IsEmpty());
}

TEST(StateChangesTest, ManyAgentsHaveOneLineTogether) {
  const auto events =
      StateChanges(Many(10'000, AgentState::kActive), Many(10'000, AgentState::kSuspect));
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].line.event, "agents changed state");
  EXPECT_EQ(Value(events[0].line, "agents"), "10000");
  EXPECT_EQ(Value(events[0].line, "examples"),
            "agent-10000,agent-10001,agent-10002,agent-10003,agent-10004");
}

class MovedPartitionsTest : public testing::Test {
 protected:
  MovedPartitionsTest() {
    for (const char* const id : {"a", "b"}) before_.agents.push_back({StableHash(id), 1, 1, false});
    after_ = before_;
  }

  std::vector<LogLine> Lines() {
    return MovedPartitions(View({Agent("a", AgentState::kActive), Agent("b", AgentState::kActive)}),
                           "", before_, after_, moved_,
                           [](uint64_t partition) { return absl::StrCat("clicks/", partition); });
  }
  void Count(MoveCause cause, uint64_t moves) { moved_[static_cast<size_t>(cause)] = moves; }

  Plan before_;
  Plan after_;
  MoveCounts moved_ = {};
};

TEST_F(MovedPartitionsTest, NothingMovedIsNoLine) {
  // Its leader has not changed.
  Count(MoveCause::kStayed, 1);
  after_.moved.push_back({7, 0, 0, MoveCause::kStayed});
  EXPECT_THAT(Lines(), IsEmpty());
}

TEST_F(MovedPartitionsTest, MovesAreCountedByCauseAndShown) {
  before_.moved = {{2, 1, 1, MoveCause::kRebalanced}};
  after_.moved = {{1, 2, 0, MoveCause::kRebalanced}};
  after_.spread = {{3, 2, MoveCause::kSpread, {0, 1}, {}}};
  Count(MoveCause::kRebalanced, 1);
  Count(MoveCause::kReturnedToPreferredLeader, 1);
  Count(MoveCause::kSpread, 1);
  const auto lines = Lines();
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].event, "partitions moved");
  EXPECT_EQ(Value(lines[0], "partitions"), "3");
  EXPECT_EQ(Value(lines[0], "examples"),
            "clicks/1 to a, clicks/2 to its preferred leader, clicks/3 to a+b");
  EXPECT_THAT(Value(lines[0], "causes"),
              testing::HasSubstr(absl::StrCat(MoveCauseName(MoveCause::kRebalanced), ":1")));
}

TEST_F(MovedPartitionsTest, MovesToOtherPreferredLeadersAloneHaveNoExamples) {
  Count(MoveCause::kRebalanced, 1);
  const auto lines = Lines();
  ASSERT_THAT(lines, SizeIs(1));
  for (const LogField& field : lines[0].fields) EXPECT_NE(field.name, "examples");
}

TEST_F(MovedPartitionsTest, ManyMovesAreOneLineWithAFewExamples) {
  for (uint32_t i = 0; i < 300; ++i) after_.moved.push_back({i, 2, 1, MoveCause::kRebalanced});
  Count(MoveCause::kRebalanced, 300);
  const auto lines = Lines();
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(Value(lines[0], "partitions"), "300");
  EXPECT_EQ(Value(lines[0], "examples"),
            "clicks/0 to b, clicks/1 to b, clicks/2 to b, clicks/3 to b, clicks/4 to b");
}

}  // namespace
}  // namespace bellwether

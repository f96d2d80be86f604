#include "controlplane/membership/unreachable_reports.h"

#include <string>
#include <vector>

#include "controlplane/membership/pool_members_fixture.h"
#include "controlplane/membership/test_agents.h"
#include "gtest/gtest.h"

namespace bellwether {
namespace {

class RestoredPoolTest : public PoolMembersFixture {
 protected:
  // As after a restart of the control plane.
  void Restore(int agents) {
    for (int i = 0; i < agents; ++i) pool_.Restore(TestRegistration(std::to_string(i)), Now());
  }
  void Report(const std::string& reporter, const std::vector<std::string>& unreachable) {
    Heartbeat heartbeat = TestHeartbeat(reporter, 1);
    heartbeat.unreachable = unreachable;
    ASSERT_TRUE(pool_.RecordHeartbeat(std::move(heartbeat), Now()).ok());
  }
};

TEST_F(RestoredPoolTest, AgentThatMostOthersCannotReachIsSuspectUntilItIsHeard) {
  Restore(5);
  const int64_t generation = pool_.generation();
  Report("1", {"0"});
  EXPECT_GT(pool_.generation(), generation) << "readers have to look";
  EXPECT_EQ(StateOf("0"), AgentState::kActive) << "one alone";
  EXPECT_LE(pool_.GetRoster(Now()).valid_until, Now() + MembershipOptions{}.suspicion_delay);
  Report("1", {"0"});
  Report("2", {"0"});
  EXPECT_EQ(StateOf("0"), AgentState::kActive) << "two of four are not most";
  Report("3", {});
  EXPECT_EQ(StateOf("0"), AgentState::kActive);
  Report("4", {"0"});
  EXPECT_EQ(StateOf("0"), AgentState::kSuspect);
  for (int i = 1; i < 5; ++i) EXPECT_EQ(StateOf(std::to_string(i)), AgentState::kActive);
  SendHeartbeat("0", 1);
  EXPECT_EQ(StateOf("0"), AgentState::kActive);
}

TEST_F(RestoredPoolTest, AgentThatIsHeardCannotBeReported) {
  Restore(4);
  SendHeartbeat("0", 1);
  for (const char* id : {"1", "2", "3"}) Report(id, {"0"});
  EXPECT_EQ(StateOf("0"), AgentState::kActive);
}

TEST_F(RestoredPoolTest, WordOfAnAgentThatMayNotLeadCountsForNothing) {
  Restore(4);
  for (int i = 0; i < 10; ++i) {
    Add("new-" + std::to_string(i));
    Report("new-" + std::to_string(i), {"0", "1", "2", "3"});
  }
  for (int i = 0; i < 4; ++i) EXPECT_EQ(StateOf(std::to_string(i)), AgentState::kActive) << i;
}

TEST_F(RestoredPoolTest, OneAgentDoesNotExcludeTheOthers) {
  Restore(3);
  for (int i = 0; i < 5; ++i) Report("0", {"1", "2", "nobody", "0"});
  EXPECT_EQ(StateOf("0"), AgentState::kActive);
  EXPECT_EQ(StateOf("1"), AgentState::kActive);
  EXPECT_EQ(StateOf("2"), AgentState::kActive);
}

TEST_F(RestoredPoolTest, OfTwoAgentsTheOneThatIsHeardIsBelieved) {
  Restore(2);
  Report("0", {"1"});
  EXPECT_EQ(StateOf("1"), AgentState::kSuspect);
  EXPECT_EQ(StateOf("0"), AgentState::kActive);
}

TEST_F(RestoredPoolTest, UnreachableAgentDiesWhenItsLeaseSaysSo) {
  Restore(3);
  for (const char* id : {"1", "2"}) Report(id, {"0"});
  for (int i = 1; i <= 6; ++i) {
    EXPECT_EQ(StateOf("0"), AgentState::kSuspect);
    clock_.Advance(absl::Seconds(3));
    for (const char* id : {"1", "2"}) SendHeartbeat(id, 1 + i);
  }
  EXPECT_EQ(StateOf("0"), AgentState::kDead);
}

TEST_F(RestoredPoolTest, ReportsLongAfterTheStartSayNothing) {
  Restore(5);
  for (int i = 0; i < 3; ++i) {
    clock_.Advance(absl::Seconds(3));
    for (const char* id : {"1", "2", "3", "4"}) SendHeartbeat(id, 1 + i);
  }
  AddActive("late");
  for (const char* id : {"1", "2", "3", "4"}) Report(id, {"late"});
  EXPECT_EQ(StateOf("late"), AgentState::kJoining);
}

TEST_F(RestoredPoolTest, AgentThatEndsDuringAStallOfOursIsSuspectOnceMostHaveReportedIt) {
  for (const char* id : {"0", "1", "2", "3"}) AddActive(id);
  pool_.IgnoreBrokenStreams(Now());
  for (const char* id : {"0", "1", "2", "3"}) pool_.NoteBrokenStream(id, 1, Now(), Now());
  clock_.Advance(absl::Milliseconds(300));
  ASSERT_EQ(StateOf("0"), AgentState::kActive);
  Report("1", {"0"});
  EXPECT_EQ(StateOf("0"), AgentState::kActive);
  Report("2", {"0"});
  EXPECT_EQ(StateOf("0"), AgentState::kSuspect);
  EXPECT_EQ(StateOf("3"), AgentState::kActive);
}

TEST_F(RestoredPoolTest, AgentThatEndsWhileMostStreamsBreakIsSuspectOnceMostHaveReportedIt) {
  for (const char* id : {"0", "1", "2", "3"}) AddActive(id);
  for (const char* id : {"0", "1", "2", "3"}) pool_.NoteBrokenStream(id, 1, Now(), Now());
  clock_.Advance(absl::Milliseconds(300));
  ASSERT_EQ(StateOf("0"), AgentState::kActive) << "most broke in the same moment";
  for (const char* id : {"1", "2"}) Report(id, {"0", "3"});
  EXPECT_EQ(StateOf("0"), AgentState::kSuspect);
  SendHeartbeat("3", 2);
  EXPECT_EQ(StateOf("3"), AgentState::kActive);
  Report("1", {"2"});
  Report("3", {"2"});
  EXPECT_EQ(StateOf("2"), AgentState::kActive) << "it was heard after the streams broke";
}

}  // namespace
}  // namespace bellwether

#include "controlplane/membership/pool_members.h"

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "controlplane/membership/pool_members_fixture.h"
#include "controlplane/membership/test_agents.h"
#include "controlplane/model/error.h"
#include "gtest/gtest.h"

namespace bellwether {
namespace {

using PoolMembersTest = PoolMembersFixture;

TEST_F(PoolMembersTest, SuspectAfterThreeMissedDeadAfterSix) {
  AddActive("a");
  PassTimeWithWitness(absl::Seconds(9) - absl::Milliseconds(1));
  EXPECT_EQ(StateOf("a"), AgentState::kActive);
  PassTimeWithWitness(absl::Milliseconds(1));
  EXPECT_EQ(StateOf("a"), AgentState::kSuspect);
  PassTimeWithWitness(absl::Seconds(9) - absl::Milliseconds(1));
  EXPECT_EQ(StateOf("a"), AgentState::kSuspect);
  PassTimeWithWitness(absl::Milliseconds(1));
  EXPECT_EQ(StateOf("a"), AgentState::kDead);
}

TEST_F(PoolMembersTest, BrokenStreamIsASuspicionAndNoDeath) {
  AddActive("a");
  AddActive("b");
  const int64_t generation = pool_.generation();
  pool_.NoteBrokenStream("a", /*epoch=*/2, Now(), Now());
  EXPECT_EQ(pool_.generation(), generation) << "another run's stream";
  pool_.NoteBrokenStream("a", /*epoch=*/1, Now(), Now());
  EXPECT_GT(pool_.generation(), generation) << "readers have to look";
  EXPECT_EQ(StateOf("a"), AgentState::kActive) << "it may have company";
  EXPECT_EQ(pool_.GetRoster(Now()).valid_until, Now() + MembershipOptions{}.suspicion_delay);
  clock_.Advance(MembershipOptions{}.suspicion_delay);
  EXPECT_EQ(StateOf("a"), AgentState::kSuspect);
  EXPECT_EQ(StateOf("b"), AgentState::kActive);
  EXPECT_EQ(pool_.suspicions(), 1);
  EXPECT_EQ(pool_.lease_expirations(), 0);
  // It dies when it would have died without.
  PassTime(absl::Seconds(17), "b", 2);
  EXPECT_EQ(StateOf("a"), AgentState::kSuspect);
  EXPECT_EQ(pool_.lease_expirations(), 1);
  PassTime(absl::Seconds(1), "b", 100);
  EXPECT_EQ(StateOf("a"), AgentState::kDead);
  EXPECT_EQ(pool_.suspicions(), 1);
}

TEST_F(PoolMembersTest, WhoIsHeardAgainIsSuspectNoMore) {
  AddActive("a");
  AddActive("b");
  const MonotonicTime last_heartbeat = Now();
  pool_.NoteBrokenStream("a", 1, last_heartbeat, Now());
  clock_.Advance(absl::Seconds(1));
  ASSERT_EQ(StateOf("a"), AgentState::kSuspect);
  const int64_t generation = pool_.generation();
  SendHeartbeat("a", 2);
  EXPECT_GT(pool_.generation(), generation);
  EXPECT_EQ(StateOf("a"), AgentState::kActive);
  // The end of the old stream is seen after the new one has begun.
  pool_.NoteBrokenStream("a", 1, last_heartbeat, Now());
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(StateOf("a"), AgentState::kActive);
}

TEST_F(PoolMembersTest, CrowdWhoseStreamsBreakIsNotSuspect) {
  for (const char* id : {"a", "b", "c", "d", "e"}) AddActive(id);
  for (const char* id : {"a", "b", "c"}) {
    pool_.NoteBrokenStream(id, 1, Now(), Now());
    clock_.Advance(absl::Milliseconds(50));
  }
  clock_.Advance(absl::Seconds(1));
  for (const char* id : {"a", "b", "c"}) EXPECT_EQ(StateOf(id), AgentState::kActive) << id;
  EXPECT_EQ(pool_.suspicions(), 0);
  // Two of five are not a mass failure.
  for (const char* id : {"a", "b", "c"}) SendHeartbeat(id, 2);
  for (const char* id : {"a", "b"}) pool_.NoteBrokenStream(id, 1, Now(), Now());
  clock_.Advance(absl::Seconds(1));
  for (const char* id : {"a", "b"}) EXPECT_EQ(StateOf(id), AgentState::kSuspect) << id;
}

TEST_F(PoolMembersTest, StreamsThatBreakOneByOneAreNoCrowd) {
  for (int i = 0; i < 10; ++i) AddActive(std::to_string(i));
  for (int i = 0; i < 6; ++i) {
    pool_.NoteBrokenStream(std::to_string(i), 1, Now(), Now());
    clock_.Advance(absl::Milliseconds(300));
    for (int j = 0; j <= i; ++j) {
      ASSERT_EQ(StateOf(std::to_string(j)), AgentState::kSuspect) << j << " after " << i;
    }
  }
  EXPECT_EQ(pool_.suspicions(), 6);
}

TEST_F(PoolMembersTest, MassFailurePardonsNobodyWhoseStreamBrokeBefore) {
  for (int i = 0; i < 10; ++i) AddActive(std::to_string(i));
  for (int i = 0; i < 3; ++i) pool_.NoteBrokenStream(std::to_string(i), 1, Now(), Now());
  clock_.Advance(absl::Milliseconds(500));
  ASSERT_EQ(StateOf("0"), AgentState::kSuspect);
  // Four of the seven that are left, within the window though not within the delay.
  for (int i = 3; i < 7; ++i) {
    pool_.NoteBrokenStream(std::to_string(i), 1, Now(), Now());
    clock_.Advance(absl::Milliseconds(60));
  }
  for (int i = 0; i < 3; ++i) EXPECT_EQ(StateOf(std::to_string(i)), AgentState::kSuspect) << i;
  for (int i = 3; i < 7; ++i) EXPECT_EQ(StateOf(std::to_string(i)), AgentState::kActive) << i;
  clock_.Advance(absl::Milliseconds(300));
  pool_.NoteBrokenStream("7", 1, Now(), Now());
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(StateOf("7"), AgentState::kSuspect);
  SendHeartbeat("3", 2);
  pool_.NoteBrokenStream("3", 1, Now(), Now());
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(StateOf("3"), AgentState::kSuspect) << "it was heard since";
}

TEST_F(PoolMembersTest, AgentsThatNeverReportedCountForNothingWhenStreamsBreak) {
  for (const char* id : {"a", "b", "c", "d", "e"}) AddActive(id);
  for (int i = 0; i < 10; ++i) Add("crashed-" + std::to_string(i));
  for (const char* id : {"a", "b", "c"}) pool_.NoteBrokenStream(id, 1, Now(), Now());
  clock_.Advance(absl::Seconds(1));
  for (const char* id : {"a", "b", "c"}) EXPECT_EQ(StateOf(id), AgentState::kActive) << id;
}

TEST_F(PoolMembersTest, StreamsThatBreakAroundAStallOfOursMakeNobodySuspect) {
  for (const char* id : {"a", "b", "c"}) AddActive(id);
  pool_.NoteBrokenStream("a", 1, Now(), Now());
  clock_.Advance(absl::Milliseconds(20));
  pool_.IgnoreBrokenStreams(Now());
  clock_.Advance(absl::Milliseconds(300));
  EXPECT_EQ(StateOf("a"), AgentState::kActive) << "it gave up because we did not answer";
  pool_.NoteBrokenStream("b", 1, Now(), Now());
  clock_.Advance(absl::Seconds(2));
  EXPECT_EQ(StateOf("b"), AgentState::kActive);
  EXPECT_EQ(pool_.suspicions(), 0);
  clock_.Advance(absl::Seconds(1));
  pool_.NoteBrokenStream("c", 1, Now(), Now());
  clock_.Advance(absl::Milliseconds(300));
  EXPECT_EQ(StateOf("c"), AgentState::kSuspect) << "long after";
}

TEST_F(PoolMembersTest, ManyBrokenStreamsAtOnceWakeReadersOnce) {
  for (int i = 0; i < 1'000; ++i) AddActive("agent-" + std::to_string(i));
  const int64_t generation = pool_.generation();
  for (int i = 0; i < 400; ++i) {
    pool_.NoteBrokenStream("agent-" + std::to_string(i), 1, Now(), Now());
  }
  EXPECT_EQ(pool_.generation(), generation + 1);
  EXPECT_LE(pool_.GetRoster(Now()).valid_until, Now() + MembershipOptions{}.suspicion_delay);
}

TEST_F(PoolMembersTest, AgentThatAnnouncedThatItLeavesIsDrainingAndKeepsItsLease) {
  AddActive("a");
  pool_.SetLeaving("a", /*epoch=*/2, false, Now());
  EXPECT_EQ(StateOf("a"), AgentState::kActive) << "another run's announcement";
  pool_.SetLeaving("a", /*epoch=*/1, false, Now());
  EXPECT_EQ(StateOf("a"), AgentState::kDraining);
  PassTime(absl::Minutes(5), "a", 2);
  EXPECT_EQ(StateOf("a"), AgentState::kDraining) << "heartbeats keep it in the pool";
  EXPECT_FALSE(SendHeartbeat("a", 1'000).reregister);
  PassTimeWithWitness(absl::Seconds(9));
  EXPECT_EQ(StateOf("a"), AgentState::kSuspect) << "it ended without deregistering";
  PassTimeWithWitness(absl::Seconds(9));
  EXPECT_EQ(StateOf("a"), AgentState::kDead);
}

TEST_F(PoolMembersTest, AgentThatLeavesToRestartIsGoneOnlyWhenItSaysSo) {
  AddActive("a");
  pool_.SetLeaving("a", 1, true, Now());
  EXPECT_EQ(StateOf("a"), AgentState::kDraining);
  EXPECT_FALSE(pool_.GetRoster(Now()).entries[0].registration->gone_to_restart());
  EXPECT_FALSE(SendHeartbeat("a", 20).reregister) << "it serves its clients";
  pool_.SetRestarting("a", 1, Now());
  EXPECT_TRUE(pool_.GetRoster(Now()).entries[0].registration->gone_to_restart());
  EXPECT_TRUE(SendHeartbeat("a", 21).reregister);
}

TEST_F(PoolMembersTest, RegistrationOfTheSameRunTakesBackThatItLeaves) {
  AddActive("a");
  pool_.SetLeaving("a", 1, false, Now());
  ASSERT_EQ(StateOf("a"), AgentState::kDraining);
  Add("a");
  EXPECT_EQ(StateOf("a"), AgentState::kActive);
}

TEST_F(PoolMembersTest, WhoAnnouncedARestartIsExpectedForTwoMinutes) {
  AddActive("a");
  pool_.SetRestarting("a", /*epoch=*/2, Now());
  EXPECT_EQ(StateOf("a"), AgentState::kActive) << "another run's announcement";
  pool_.SetRestarting("a", /*epoch=*/1, Now());
  EXPECT_EQ(StateOf("a"), AgentState::kDraining);
  PassTimeWithWitness(absl::Minutes(2) - absl::Milliseconds(1));
  EXPECT_EQ(StateOf("a"), AgentState::kDraining) << "its lease says nothing";
  PassTimeWithWitness(absl::Milliseconds(1));
  EXPECT_EQ(StateOf("a"), AgentState::kDead);
}

TEST_F(PoolMembersTest, WhoComesBackFromARestartIsActiveAtItsFirstReport) {
  AddActive("a");
  AddActive("b");
  PassTime(absl::Seconds(6), "a", 2);
  pool_.SetRestarting("a", 1, Now());
  EXPECT_TRUE(SendHeartbeat("a", 20).reregister) << "a heartbeat of before, or a change of mind";
  EXPECT_EQ(StateOf("a"), AgentState::kDraining);
  PassTime(absl::Minutes(1), "b", 2);
  Add("a", /*epoch=*/2);
  EXPECT_EQ(StateOf("a"), AgentState::kJoining);
  SendHeartbeat("a", 1, /*epoch=*/2);
  EXPECT_EQ(StateOf("a"), AgentState::kActive);
}

TEST_F(PoolMembersTest, LeaseUsesMonotonicTimeOnly) {
  AddActive("a");
  clock_.SetWall(clock_.WallNow() + absl::Hours(1));
  EXPECT_EQ(StateOf("a"), AgentState::kActive);
  clock_.SetWall(clock_.WallNow() - absl::Hours(2));
  EXPECT_EQ(StateOf("a"), AgentState::kActive);
  clock_.Advance(absl::Seconds(9));
  EXPECT_EQ(StateOf("a"), AgentState::kSuspect);
}

TEST_F(PoolMembersTest, AnyHeartbeatOfTheEpochBringsASuspectAgentBack) {
  AddActive("a");
  clock_.Advance(absl::Seconds(17));
  ASSERT_EQ(StateOf("a"), AgentState::kSuspect);
  const int64_t generation = pool_.generation();
  EXPECT_FALSE(SendHeartbeat("a", 1).reregister);
  EXPECT_EQ(StateOf("a"), AgentState::kActive);
  EXPECT_GT(pool_.generation(), generation);
}

TEST_F(PoolMembersTest, DeadIsFinalForThatRun) {
  AddActive("a");
  PassTimeWithWitness(absl::Seconds(18));
  EXPECT_TRUE(SendHeartbeat("a", 2).reregister);
  EXPECT_EQ(StateOf("a"), AgentState::kDead);
  // The same process comes again, and stored registrations give it the same epoch.
  AddActive("b");
  clock_.Advance(absl::Seconds(8));
  SendHeartbeat("b", 2);
  clock_.Advance(absl::Seconds(8));
  SendHeartbeat("b", 3);
  Add("a");
  EXPECT_FALSE(SendHeartbeat("a", 3).reregister);
  EXPECT_EQ(StateOf("a"), AgentState::kJoining) << "it is a newcomer";
}

TEST_F(PoolMembersTest, OldEpochIsRefused) {
  Add("a", 7);
  SendHeartbeat("a", 1, 7);
  clock_.Advance(absl::Seconds(5));
  const auto reply = pool_.RecordHeartbeat(TestHeartbeat("a", 100, 6), Now());
  EXPECT_EQ(reply.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(GetReason(reply.status()), Reason::kStaleAgentEpoch);
  EXPECT_EQ(GetErrorMetadata(reply.status()).at("agent_epoch"), "7");
  clock_.Advance(absl::Seconds(4));
  EXPECT_EQ(StateOf("a"), AgentState::kSuspect) << "it renewed the lease of the later run";
}

TEST_F(PoolMembersTest, RegistrationOfAnOldEpochIsIgnored) {
  Add("a", 7);
  Add("a", 6);
  EXPECT_EQ(FindEntry(pool_.GetRoster(Now()), "a").registration->epoch, 7);
  pool_.Remove("a", 6);
  EXPECT_TRUE(Knows("a"));
}

TEST_F(PoolMembersTest, DuplicateAndReorderedHeartbeatsAreHarmless) {
  AddActive("a");
  pool_.RecordHeartbeat(TestHeartbeat("a", 5, 1, 0.7), Now()).IgnoreError();
  clock_.Advance(absl::Seconds(8));
  pool_.RecordHeartbeat(TestHeartbeat("a", 5, 1, 0.1), Now()).IgnoreError();
  pool_.RecordHeartbeat(TestHeartbeat("a", 4, 1, 0.2), Now()).IgnoreError();
  const RosterEntry entry = FindEntry(pool_.GetRoster(Now()), "a");
  EXPECT_EQ(entry.report->load.cpu_utilization, 0.7);
  EXPECT_EQ(entry.pending_load->reported_load(), 0.7);
  clock_.Advance(absl::Seconds(8));
  EXPECT_EQ(StateOf("a"), AgentState::kActive) << "they are signs of life all the same";
}

TEST_F(PoolMembersTest, UnknownAgentIsToldToRegister) {
  EXPECT_TRUE(SendHeartbeat("nobody", 1).reregister);
  Add("a", 1);
  EXPECT_TRUE(SendHeartbeat("a", 1, 2).reregister) << "a run that was never added";
}

TEST_F(PoolMembersTest, FirstAgentsOfAPoolAreActiveAtOnce) {
  Add("a");
  EXPECT_EQ(StateOf("a"), AgentState::kJoining) << "no report yet";
  SendHeartbeat("a", 1);
  EXPECT_EQ(StateOf("a"), AgentState::kActive);
  clock_.Advance(absl::Seconds(10) - absl::Milliseconds(1));
  SendHeartbeat("a", 2);
  AddActive("b");
  EXPECT_EQ(StateOf("b"), AgentState::kActive);
}

TEST_F(PoolMembersTest, NewcomerJoinsForTenSeconds) {
  AddActive("a");
  PassTime(absl::Seconds(10), "a", 2);
  AddActive("b");
  EXPECT_EQ(StateOf("b"), AgentState::kJoining);
  clock_.Advance(absl::Seconds(5));
  SendHeartbeat("b", 2);
  clock_.Advance(absl::Seconds(5) - absl::Milliseconds(1));
  EXPECT_EQ(StateOf("b"), AgentState::kJoining);
  const Roster roster = pool_.GetRoster(Now());
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_EQ(StateOf("b"), AgentState::kActive);
  EXPECT_LE(roster.valid_until, Now()) << "a reader would not have noticed";
}

TEST_F(PoolMembersTest, PoolWithoutActiveAgentIsNewAgain) {
  AddActive("a");
  PassTime(absl::Seconds(20), "a", 2);
  clock_.Advance(absl::Seconds(9));
  ASSERT_EQ(StateOf("a"), AgentState::kSuspect);
  AddActive("b");
  EXPECT_EQ(StateOf("b"), AgentState::kActive);
  AddActive("c");
  EXPECT_EQ(StateOf("c"), AgentState::kActive);
}

TEST_F(PoolMembersTest, RestartedAgentIsActiveAtItsFirstReport) {
  AddActive("a");
  AddActive("b");
  PassTime(absl::Seconds(11), "a", 2);
  ASSERT_EQ(StateOf("b"), AgentState::kSuspect);
  Add("b", 2);
  EXPECT_EQ(StateOf("b"), AgentState::kJoining);
  Add("b", 3);
  SendHeartbeat("b", 1, 3);
  EXPECT_EQ(StateOf("b"), AgentState::kActive);
}

TEST_F(PoolMembersTest, AgentThatRestartsWhileItJoinsGoesOnJoining) {
  AddActive("a");
  PassTime(absl::Seconds(11), "a", 2);
  AddActive("b");
  Add("b", 2);
  SendHeartbeat("b", 1, 2);
  EXPECT_EQ(StateOf("b"), AgentState::kJoining);
}

TEST_F(PoolMembersTest, AgentThatWasDeadJoinsAsANewcomer) {
  AddActive("a");
  AddActive("b");
  PassTime(absl::Seconds(18), "a", 2);
  ASSERT_EQ(StateOf("b"), AgentState::kDead);
  Add("b", 2);
  SendHeartbeat("b", 1, 2);
  EXPECT_EQ(StateOf("b"), AgentState::kJoining);
}

TEST_F(PoolMembersTest, RestoredAgentIsActiveWithFullLease) {
  pool_.Restore(TestRegistration("a"), Now());
  RosterEntry entry = FindEntry(pool_.GetRoster(Now()), "a");
  EXPECT_EQ(entry.state, AgentState::kActive);
  EXPECT_EQ(entry.report, nullptr);
  clock_.Advance(absl::Seconds(9) - absl::Milliseconds(1));
  entry = FindEntry(pool_.GetRoster(Now()), "a");
  EXPECT_EQ(entry.state, AgentState::kActive);
  EXPECT_EQ(entry.last_heartbeat_age, absl::Seconds(9) - absl::Milliseconds(1));
  const int64_t generation = pool_.generation();
  SendHeartbeat("a", 1234);
  EXPECT_EQ(StateOf("a"), AgentState::kActive);
  EXPECT_EQ(pool_.generation(), generation) << "nothing changed by its first report";
}

TEST_F(PoolMembersTest, RestoredAgentThatWasJoiningGoesOnJoining) {
  pool_.Restore(TestRegistration("a"), Now());
  Registration joining = TestRegistration("b");
  joining.joining = Joining::kNew;
  pool_.Restore(joining, Now());
  Registration returning = TestRegistration("c");
  returning.joining = Joining::kReturning;
  pool_.Restore(returning, Now());
  EXPECT_EQ(StateOf("a"), AgentState::kActive);
  for (const char* id : {"b", "c"}) {
    EXPECT_EQ(StateOf(id), AgentState::kJoining) << id;
    SendHeartbeat(id, 2);
  }
  EXPECT_EQ(StateOf("b"), AgentState::kJoining);
  EXPECT_EQ(StateOf("c"), AgentState::kActive);
}

TEST_F(PoolMembersTest, JoinsAreToBeStoredOnceAndChangeNoRoster) {
  Registration registration = TestRegistration("a");
  registration.joining = Joining::kNew;
  pool_.Add(registration, Now());
  EXPECT_TRUE(pool_.NewlyJoined(Now(), 10).empty()) << "it has not reported";
  SendHeartbeat("a", 1);
  ASSERT_EQ(StateOf("a"), AgentState::kActive);
  const int64_t generation = pool_.generation();
  ASSERT_EQ(pool_.NewlyJoined(Now(), 10).size(), 1u);
  pool_.MarkJoined("a", 2);
  EXPECT_EQ(pool_.NewlyJoined(Now(), 10).size(), 1u) << "another run";
  pool_.MarkJoined("a", 1);
  EXPECT_TRUE(pool_.NewlyJoined(Now(), 10).empty());
  registration.joining = Joining::kDone;
  pool_.Add(registration, Now());
  EXPECT_EQ(pool_.generation(), generation);
  // The end of a new agent's JOINING is stored a moment ahead.
  PassTime(absl::Seconds(10), "a", 2);
  registration = TestRegistration("b");
  registration.joining = Joining::kNew;
  pool_.Add(registration, Now());
  SendHeartbeat("b", 1);
  PassTime(absl::Seconds(9), "a", 20);
  EXPECT_TRUE(pool_.NewlyJoined(Now(), 10).empty());
  SendHeartbeat("b", 2);
  clock_.Advance(absl::Milliseconds(800));
  EXPECT_EQ(StateOf("b"), AgentState::kJoining);
  EXPECT_EQ(pool_.NewlyJoined(Now(), 10).size(), 1u);
}

TEST_F(PoolMembersTest, RestoredPoolIsNotNew) {
  pool_.Restore(TestRegistration("a"), Now());
  AddActive("b");
  EXPECT_EQ(StateOf("b"), AgentState::kJoining);
}

TEST_F(PoolMembersTest, RestoreKeepsDrainsAndDeaths) {
  Registration drained = TestRegistration("drained");
  drained.draining = true;
  pool_.Restore(drained, Now());
  Registration dead = TestRegistration("dead");
  dead.dead = true;
  pool_.Restore(dead, Now());
  EXPECT_EQ(StateOf("drained"), AgentState::kDraining);
  EXPECT_EQ(StateOf("dead"), AgentState::kDead);
  EXPECT_TRUE(SendHeartbeat("drained", 1).drain);
  EXPECT_TRUE(SendHeartbeat("dead", 1).reregister);
  EXPECT_TRUE(pool_.NewlyDead(Now(), 10).empty());
}

TEST_F(PoolMembersTest, DrainOutranksActiveAndIsOutrankedBySuspect) {
  AddActive("a");
  pool_.SetDraining("a", true);
  EXPECT_EQ(StateOf("a"), AgentState::kDraining);
  EXPECT_TRUE(SendHeartbeat("a", 2).drain);
  clock_.Advance(absl::Seconds(9));
  EXPECT_EQ(StateOf("a"), AgentState::kSuspect);
  SendHeartbeat("a", 3);
  EXPECT_EQ(StateOf("a"), AgentState::kDraining);
  pool_.SetDraining("a", false);
  EXPECT_EQ(StateOf("a"), AgentState::kActive);
  EXPECT_FALSE(SendHeartbeat("a", 4).drain);
}

TEST_F(PoolMembersTest, DeregisteredAgentIsOutAtOnce) {
  Add("a", 3);
  const int64_t generation = pool_.generation();
  pool_.Remove("a", 3);
  EXPECT_FALSE(Knows("a"));
  EXPECT_GT(pool_.generation(), generation);
  EXPECT_TRUE(SendHeartbeat("a", 2, 3).reregister);
}

TEST_F(PoolMembersTest, RegistrationSentTwiceRefreshesAndRenews) {
  AddActive("a");
  const int64_t generation = pool_.generation();
  clock_.Advance(absl::Seconds(8));
  Add("a");
  EXPECT_EQ(pool_.generation(), generation) << "nothing changed";
  clock_.Advance(absl::Seconds(8));
  EXPECT_EQ(StateOf("a"), AgentState::kActive);
  EXPECT_EQ(FindEntry(pool_.GetRoster(Now()), "a").report->load.cpu_utilization, 0.5);

  Registration moved = TestRegistration("a");
  moved.spec.address.port = 19092;
  pool_.Add(moved, Now());
  EXPECT_GT(pool_.generation(), generation);
  EXPECT_EQ(FindEntry(pool_.GetRoster(Now()), "a").registration->spec.address.port, 19092);
}

TEST_F(PoolMembersTest, OrdinaryHeartbeatKeepsTheGeneration) {
  AddActive("a");
  const int64_t generation = pool_.generation();
  PassTime(absl::Seconds(30), "a", 2);
  EXPECT_EQ(pool_.generation(), generation);
}

TEST_F(PoolMembersTest, RosterSaysWhenTheNextStateChanges) {
  EXPECT_EQ(pool_.GetRoster(Now()).valid_until, MonotonicTime::InfiniteFuture());
  AddActive("a");
  const MonotonicTime start = Now();
  clock_.Advance(absl::Seconds(1));
  AddActive("b");
  EXPECT_EQ(pool_.GetRoster(Now()).valid_until, start + absl::Seconds(9));
  clock_.Advance(absl::Seconds(8));
  EXPECT_EQ(pool_.GetRoster(Now()).valid_until, start + absl::Seconds(10));
  clock_.Advance(absl::Seconds(2));
  SendHeartbeat("b", 2);
  EXPECT_EQ(pool_.GetRoster(Now()).valid_until, start + absl::Seconds(18)) << "while b is heard";
}

TEST_F(PoolMembersTest, RosterIsInTheOrderOfIds) {
  for (const char* id : {"c", "a", "b"}) Add(id);
  const Roster roster = pool_.GetRoster(Now());
  ASSERT_EQ(roster.entries.size(), 3u);
  EXPECT_EQ(roster.entries[0].registration->spec.agent_id, "a");
  EXPECT_EQ(roster.entries[2].registration->spec.agent_id, "c");
}

TEST_F(PoolMembersTest, DeadAgentsAreFoundOnceAndForgottenAfterTheRetention) {
  AddActive("a");
  PassTimeWithWitness(absl::Seconds(17));
  EXPECT_TRUE(pool_.NewlyDead(Now(), 10).empty());
  EXPECT_FALSE(pool_.IsDead("a", 1, Now()));
  PassTimeWithWitness(absl::Seconds(1));
  ASSERT_EQ(pool_.NewlyDead(Now(), 10).size(), 1u);
  EXPECT_EQ(pool_.NewlyDead(Now(), 10)[0].spec.agent_id, "a");
  EXPECT_TRUE(pool_.IsDead("a", 1, Now()));
  EXPECT_FALSE(pool_.IsDead("a", 2, Now()));
  pool_.MarkDead("a", 1, Now());
  EXPECT_TRUE(pool_.NewlyDead(Now(), 10).empty());
  EXPECT_TRUE(FindEntry(pool_.GetRoster(Now()), "a").registration->dead);
  PassTimeWithWitness(absl::Minutes(10) - absl::Milliseconds(1));
  EXPECT_TRUE(pool_.LongDead(Now(), 10).empty());
  PassTimeWithWitness(absl::Milliseconds(1));
  ASSERT_EQ(pool_.LongDead(Now(), 10).size(), 1u);
}

TEST_F(PoolMembersTest, MarkDeadLeavesALaterRunAlone) {
  Add("a", 2);
  pool_.MarkDead("a", 1, Now());
  EXPECT_EQ(StateOf("a"), AgentState::kJoining);
  pool_.MarkDead("a", 2, Now());
  EXPECT_EQ(StateOf("a"), AgentState::kDead);
}

TEST_F(PoolMembersTest, GarbageLoadIsClampedAndCounted) {
  Registration registration = TestRegistration("a");
  registration.spec.weight = 8;
  pool_.Add(registration, Now());
  Heartbeat heartbeat = TestHeartbeat("a", 1, 1, 1e30);
  heartbeat.report.load.network_utilization = std::numeric_limits<double>::quiet_NaN();
  heartbeat.report.load.connections = -5;
  ASSERT_TRUE(pool_.RecordHeartbeat(heartbeat, Now()).ok());
  EXPECT_EQ(pool_.clamped_values(), 3);
  const RosterEntry entry = FindEntry(pool_.GetRoster(Now()), "a");
  EXPECT_EQ(entry.report->load.cpu_utilization, 1.0);
  EXPECT_EQ(entry.report->load.connections, 0);
  EXPECT_FALSE(entry.pending_load->HasReport(Now())) << "nobody steers by it";

  ASSERT_TRUE(pool_.RecordHeartbeat(TestHeartbeat("a", 2, 1, 1.2), Now()).ok());
  EXPECT_TRUE(entry.pending_load->HasReport(Now())) << "a little too much is just measured so";
  EXPECT_EQ(entry.pending_load->reported_load(), 8.0) << "full, times its capacity";
}

TEST_F(PoolMembersTest, LoadReportGoesIntoThePendingLoad) {
  Add("a");
  Heartbeat heartbeat = TestHeartbeat("a", 1, 1, 0.25);
  heartbeat.report.load.connections = 40;
  heartbeat.report.load.in_flight_requests = 7;
  pool_.RecordHeartbeat(heartbeat, Now()).IgnoreError();
  const std::shared_ptr<PendingLoad> pending_load =
      FindEntry(pool_.GetRoster(Now()), "a").pending_load;
  EXPECT_TRUE(pending_load->HasReport(Now()));
  EXPECT_FALSE(pending_load->HasReport(Now() + MembershipOptions{}.lease_duration()));
  EXPECT_EQ(pending_load->reported_load(), 0.25);
  EXPECT_EQ(pending_load->connections(), 40);
  EXPECT_EQ(pending_load->in_flight_requests(), 7);

  // One second after the last report: the window of the next is that second, not an interval.
  pending_load->RecordAnswer(1.0, Now() - absl::Milliseconds(250));
  clock_.Advance(absl::Seconds(1));
  SendHeartbeat("a", 2);
  EXPECT_NEAR(pending_load->pending(), 1.0 - 0.75, 1e-9);
}

TEST_F(PoolMembersTest, HeartbeatThatWaitedPastItsDeadlineStillProvesLife) {
  AddActive("a");
  AddActive("b");
  PassTimeWithWitness(absl::Seconds(8));
  const MonotonicTime arrived = Now();
  for (int i = 0; i < 10; ++i) PassTimeWithWitness(absl::Seconds(1));
  ASSERT_EQ(StateOf("a"), AgentState::kDead);
  pool_.MarkDead("b", 1, Now());
  const int64_t generation = pool_.generation();
  EXPECT_FALSE(pool_.RecordHeartbeat(TestHeartbeat("a", 2), arrived)->reregister);
  EXPECT_EQ(StateOf("a"), AgentState::kSuspect) << "by now its lease has ended again";
  EXPECT_GT(pool_.generation(), generation);
  EXPECT_FALSE(SendHeartbeat("a", 3).reregister);
  EXPECT_EQ(StateOf("a"), AgentState::kActive);
  EXPECT_TRUE(pool_.RecordHeartbeat(TestHeartbeat("b", 2), arrived)->reregister)
      << "a restart would forget what was recorded";
}

TEST_F(PoolMembersTest, HeartbeatThatArrivesAfterTheDeathIsTooLate) {
  AddActive("a");
  PassTimeWithWitness(absl::Seconds(18));
  ASSERT_EQ(StateOf("a"), AgentState::kDead);
  EXPECT_TRUE(SendHeartbeat("a", 2).reregister);
  EXPECT_EQ(pool_.dead_heartbeats(), 1);
  EXPECT_EQ(pool_.unknown_heartbeats(), 0);
}

TEST_F(PoolMembersTest, LeasesThatEndAreCountedOnce) {
  AddActive("a");
  PassTimeWithWitness(absl::Seconds(9));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(StateOf("a"), AgentState::kSuspect);
  EXPECT_EQ(pool_.lease_expirations(), 1);
  PassTimeWithWitness(absl::Seconds(9));
  EXPECT_EQ(StateOf("a"), AgentState::kDead);
  EXPECT_EQ(pool_.lease_expirations(), 1);
}

TEST_F(PoolMembersTest, LatenessIsTheTimeSinceTheHeartbeatWasDue) {
  Add("a");
  HeartbeatReply reply = SendHeartbeat("a", 1);
  EXPECT_EQ(reply.lateness, absl::ZeroDuration());
  clock_.Advance(reply.next_heartbeat_after + absl::Seconds(1));
  reply = SendHeartbeat("a", 2);
  EXPECT_EQ(reply.lateness, absl::Seconds(1));
  clock_.Advance(reply.next_heartbeat_after - absl::Seconds(1));
  EXPECT_EQ(SendHeartbeat("a", 3).lateness, -absl::Seconds(1));
}

TEST_F(PoolMembersTest, AgentsThatBeatInOneMomentDoNotGoOnTogether) {
  constexpr int kAgents = 1'000;
  std::set<absl::Duration> when;
  for (int i = 0; i < kAgents; ++i) {
    const std::string id = "agent-" + std::to_string(i);
    Add(id);
    const absl::Duration after = SendHeartbeat(id, 1).next_heartbeat_after;
    EXPECT_LE(after, absl::Seconds(3)) << "silence is measured by it";
    EXPECT_GE(after, absl::Milliseconds(2'700));
    when.insert(absl::Trunc(after, absl::Milliseconds(30)));
  }
  EXPECT_GE(when.size(), 10u) << "not spread over the tenth of an interval";
}

TEST_F(PoolMembersTest, ReaderThatLookedAtTheClockBeforeAHeartbeatSeesWhatTheHeartbeatDid) {
  const MonotonicTime before = Now();
  clock_.Advance(absl::Microseconds(1));
  AddActive("a");
  EXPECT_EQ(FindEntry(pool_.GetRoster(before), "a").state, AgentState::kActive);
}

TEST_F(PoolMembersTest, DeathsComeInSlices) {
  for (int i = 0; i < 5; ++i) AddActive(std::to_string(i));
  for (int i = 0; i < 5; ++i) Add("alive" + std::to_string(i));
  for (int i = 0; i < 3; ++i) {
    clock_.Advance(absl::Seconds(6));
    for (int j = 0; j < 5; ++j) SendHeartbeat("alive" + std::to_string(j), i);
  }
  EXPECT_EQ(pool_.NewlyDead(Now(), 2).size(), 2u);
  EXPECT_EQ(pool_.NewlyDead(Now(), 10).size(), 5u);
}

}  // namespace
}  // namespace bellwether

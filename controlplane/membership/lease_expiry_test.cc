// Behaviour of a pool when many or all of its agents fall silent together.

#include "controlplane/membership/lease_expiry.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/base/fake_clock.h"
#include "controlplane/base/random.h"
#include "controlplane/membership/lease_clock.h"
#include "controlplane/membership/pool_members.h"
#include "controlplane/membership/test_agents.h"
#include "gtest/gtest.h"

namespace bellwether {
namespace {

// The agents' heartbeats are spread over an interval, as in production.
constexpr absl::Duration kStep = absl::Milliseconds(100);

class LeaseExpiryTest : public testing::Test {
 protected:
  LeaseExpiryTest() : pool_("apn_orders", MembershipOptions{}, &fleet_) {}

  MonotonicTime Now() const { return lease_clock_.MonotonicNow(); }

  // Agents "0", "1" and so on, which send heartbeats from now on.
  void Join(int agents) {
    const int first = static_cast<int>(next_heartbeat_.size());
    for (int i = first; i < first + agents; ++i) {
      const std::string id = absl::StrCat(i);
      pool_.Add(TestRegistration(id), Now());
      SendHeartbeat(id);
      next_heartbeat_[id] = Now() + absl::Milliseconds(100 * (i % 30));
    }
    Pass(absl::Seconds(30));
  }
  HeartbeatReply SendHeartbeat(const std::string& id) {
    return pool_.RecordHeartbeat(TestHeartbeat(id, ++sequence_), Now()).value_or(HeartbeatReply{});
  }
  void Silence(int first, int last) {
    for (int i = first; i <= last; ++i) next_heartbeat_.at(absl::StrCat(i)) = {};
  }
  // The heartbeats of these agents arrive again.
  void Revive(int first, int last) {
    for (int i = first; i <= last; ++i) next_heartbeat_.at(absl::StrCat(i)) = Now();
  }
  // Lets time pass while agents that are not silent send a heartbeat every interval; the pool is
  // evaluated throughout.
  void Pass(absl::Duration duration) {
    for (absl::Duration passed; passed < duration; passed += kStep) {
      clock_.Advance(kStep);
      lease_clock_.Observe();
      if (others_are_heard_) fleet_.NoteHeard(Now());
      for (auto& [id, due] : next_heartbeat_) {
        if (due == MonotonicTime() || due > Now()) continue;
        EXPECT_FALSE(SendHeartbeat(id).reregister) << id;
        due = Now() + absl::Seconds(3);
      }
      pool_.GetRoster(Now());
    }
  }
  // How many agents are in that state.
  int Count(AgentState state) {
    int count = 0;
    for (const RosterEntry& entry : pool_.GetRoster(Now()).entries) count += entry.state == state;
    return count;
  }
  AgentState StateOf(int agent) {
    return FindEntry(pool_.GetRoster(Now()), absl::StrCat(agent)).state;
  }
  bool IsFrozen() { return pool_.GetRoster(Now()).frozen; }

  FakeClock clock_;
  LeaseClock lease_clock_{clock_, absl::Milliseconds(300)};
  FleetActivity fleet_;
  // Whether agents of other pools send heartbeats.
  bool others_are_heard_ = false;
  PoolMembers pool_;
  std::map<std::string, MonotonicTime> next_heartbeat_;
  int64_t sequence_ = 0;
};

TEST_F(LeaseExpiryTest, WhoAnnouncedARestartIsNotMissed) {
  Join(10);
  for (int i = 0; i < 7; ++i) pool_.SetRestarting(absl::StrCat(i), 1, Now());
  Silence(0, 6);
  Pass(absl::Seconds(60));
  EXPECT_FALSE(pool_.GetRoster(Now()).frozen);
  EXPECT_EQ(Count(AgentState::kDraining), 7);
  EXPECT_EQ(Count(AgentState::kActive), 3);
  // It does not hide a missing agent either.
  Silence(7, 7);
  Pass(absl::Seconds(20));
  EXPECT_EQ(StateOf(7), AgentState::kDead);
}

TEST_F(LeaseExpiryTest, SilenceOfMostAgentsFreezesThePoolBeforeAnybodyIsSuspect) {
  Join(10);
  const int64_t expirations = pool_.lease_expirations();
  Silence(0, 5);
  for (int tenth = 0; tenth < 300; ++tenth) {
    Pass(kStep);
    ASSERT_EQ(Count(AgentState::kActive), 10) << "after " << tenth << " steps";
  }
  EXPECT_TRUE(IsFrozen());
  EXPECT_EQ(pool_.lease_expirations(), expirations);
}

TEST_F(LeaseExpiryTest, HalfOfThePoolIsNotMost) {
  Join(10);
  Silence(0, 4);
  Pass(absl::Seconds(20));
  EXPECT_FALSE(IsFrozen());
  EXPECT_EQ(Count(AgentState::kDead), 5);
  EXPECT_EQ(pool_.lease_expirations(), 5);
}

TEST_F(LeaseExpiryTest, TwoAgentsAreNoCrowd) {
  Join(3);
  Silence(0, 1);
  Pass(absl::Seconds(20));
  EXPECT_FALSE(IsFrozen());
  EXPECT_EQ(Count(AgentState::kDead), 2);
}

TEST_F(LeaseExpiryTest, AgentsThatFallSilentOneByOneAge) {
  Join(8);
  for (int i = 0; i < 7; ++i) {
    Silence(i, i);
    Pass(absl::Seconds(6));
    ASSERT_FALSE(IsFrozen());
  }
  Pass(absl::Seconds(20));
  EXPECT_EQ(Count(AgentState::kDead), 7);
}

TEST_F(LeaseExpiryTest, AgentThatWasSuspectBeforeTheFreezeStaysSuspect) {
  Join(10);
  Silence(0, 0);
  Pass(absl::Seconds(6));
  Silence(1, 7);
  Pass(absl::Seconds(30));
  EXPECT_TRUE(IsFrozen());
  EXPECT_EQ(StateOf(0), AgentState::kSuspect);
  EXPECT_EQ(Count(AgentState::kActive), 9);
}

TEST_F(LeaseExpiryTest, FreezeIsFoundWhoeverLooksFirstAndHoweverLate) {
  Join(10);
  Silence(0, 8);
  for (int second = 0; second < 40; ++second) {
    for (int step = 0; step < 10; ++step) {
      clock_.Advance(kStep);
      lease_clock_.Observe();
    }
    SendHeartbeat("9");
  }
  EXPECT_FALSE(SendHeartbeat("3").reregister)
      << "it was judged alone, before anybody looked at the pool";
  EXPECT_EQ(Count(AgentState::kActive), 10);
  EXPECT_TRUE(IsFrozen());
}

TEST_F(LeaseExpiryTest, ThawsWhenAgentsComeBackAndGivesTheOthersAFullLease) {
  Join(10);
  Silence(0, 9);
  Pass(absl::Minutes(10));
  ASSERT_TRUE(IsFrozen()) << "nobody is heard, so no limit runs";
  Revive(0, 3);
  Pass(absl::Seconds(5));
  EXPECT_TRUE(IsFrozen()) << "most are still silent";
  Revive(4, 4);
  Pass(kStep);
  EXPECT_FALSE(IsFrozen());
  Pass(absl::Milliseconds(8'900));
  EXPECT_EQ(Count(AgentState::kActive), 10);
  Pass(absl::Milliseconds(100));
  EXPECT_EQ(Count(AgentState::kSuspect), 5) << "those that did not come back";
  Pass(absl::Seconds(9));
  EXPECT_EQ(Count(AgentState::kDead), 5);
}

TEST_F(LeaseExpiryTest, FreezeEndsAtItsLimitWhileSomeAreHeard) {
  Join(10);
  Silence(0, 7);
  Pass(absl::Seconds(60));
  EXPECT_EQ(Count(AgentState::kActive), 10);
  Pass(absl::Seconds(10));
  EXPECT_FALSE(IsFrozen());
  EXPECT_EQ(Count(AgentState::kActive), 2);
  EXPECT_EQ(Count(AgentState::kDead), 8) << "they were believed to be gone";
  Pass(absl::Seconds(30));
  EXPECT_FALSE(IsFrozen()) << "by the same agents";
}

TEST_F(LeaseExpiryTest, LimitRunsAnewWhenAllAreSilentInBetween) {
  Join(10);
  Silence(0, 7);
  Pass(absl::Seconds(50));
  Silence(8, 9);
  Pass(absl::Seconds(60));
  EXPECT_TRUE(IsFrozen());
  Revive(8, 9);
  Pass(absl::Seconds(50));
  EXPECT_TRUE(IsFrozen()) << "the others may be as far behind as these were";
  EXPECT_EQ(Count(AgentState::kActive), 10);
}

TEST_F(LeaseExpiryTest, OperatorTakesTheDeadOutOfAFrozenPool) {
  Join(4);
  Silence(0, 2);
  Pass(absl::Seconds(20));
  ASSERT_TRUE(IsFrozen());
  pool_.SetDraining("0", true);
  EXPECT_EQ(StateOf(0), AgentState::kDead) << "nobody waits for an agent that is drained";
  EXPECT_FALSE(IsFrozen()) << "two are no crowd any more";
  EXPECT_EQ(StateOf(1), AgentState::kActive);
  Pass(absl::Milliseconds(8'900));
  EXPECT_EQ(StateOf(1), AgentState::kActive) << "the others have a full lease";
}

TEST_F(LeaseExpiryTest, DrainedAgentOfAFrozenPoolLeadsNothingWhileMostAreSilent) {
  Join(10);
  Silence(0, 7);
  Pass(absl::Seconds(20));
  ASSERT_TRUE(IsFrozen());
  pool_.SetDraining("0", true);
  EXPECT_TRUE(IsFrozen());
  EXPECT_EQ(StateOf(0), AgentState::kDraining);
}

TEST_F(LeaseExpiryTest, PoolWhoseAgentsAllDieWhileOthersAreHeardIsBelievedAfterTheLimit) {
  Join(10);
  others_are_heard_ = true;
  Pass(absl::Seconds(3));
  Silence(0, 9);
  Pass(absl::Seconds(60));
  EXPECT_EQ(Count(AgentState::kActive), 10) << "it may be the network to this pool";
  EXPECT_TRUE(IsFrozen());
  Pass(absl::Seconds(12));
  EXPECT_FALSE(IsFrozen());
  EXPECT_EQ(Count(AgentState::kDead), 9);
  EXPECT_EQ(Count(AgentState::kSuspect), 1) << "there has to be an answer";
  const Roster roster = pool_.GetRoster(Now());
  const auto last = std::min_element(
      roster.entries.begin(), roster.entries.end(),
      [](const auto& a, const auto& b) { return a.last_heartbeat_age < b.last_heartbeat_age; });
  EXPECT_EQ(last->state, AgentState::kSuspect) << "it was heard last";
  EXPECT_EQ(pool_.NewlyDead(Now(), 100).size(), 9u);
  Pass(absl::Minutes(20));
  EXPECT_EQ(Count(AgentState::kSuspect), 1);
  EXPECT_EQ(Count(AgentState::kDead), 9);
}

TEST_F(LeaseExpiryTest, SmallPoolThatDiesWhileOthersAreHeardIsBelievedAfterTheLimit) {
  Join(2);
  others_are_heard_ = true;
  Silence(0, 1);
  Pass(absl::Seconds(60));
  EXPECT_EQ(Count(AgentState::kSuspect), 2);
  Pass(absl::Seconds(12));
  EXPECT_EQ(Count(AgentState::kSuspect), 1);
  EXPECT_EQ(Count(AgentState::kDead), 1);
}

TEST_F(LeaseExpiryTest, LastAnswerIsGivenUpOnceANewcomerReports) {
  Join(4);
  others_are_heard_ = true;
  Silence(0, 3);
  Pass(absl::Seconds(80));
  ASSERT_EQ(Count(AgentState::kDead), 3);
  ASSERT_EQ(Count(AgentState::kSuspect), 1);
  pool_.Add(TestRegistration("new"), Now());
  EXPECT_EQ(Count(AgentState::kDead), 3) << "the newcomer may be unable to serve";
  SendHeartbeat("new");
  EXPECT_EQ(Count(AgentState::kDead), 4);
  EXPECT_EQ(FindEntry(pool_.GetRoster(Now()), "new").state, AgentState::kActive);
}

TEST_F(LeaseExpiryTest, DrainingEveryAgentOfASilentPoolLeavesTheLastAnswer) {
  Join(6);
  Silence(0, 5);
  Pass(absl::Minutes(12));
  ASSERT_TRUE(IsFrozen()) << "no agent at all is heard, so it may be this process";
  for (int i = 0; i < 6; ++i) pool_.SetDraining(absl::StrCat(i), true);
  EXPECT_FALSE(IsFrozen());
  EXPECT_EQ(Count(AgentState::kDead), 5);
  EXPECT_EQ(Count(AgentState::kSuspect), 1);
}

TEST_F(LeaseExpiryTest, AgentsThatNeverSentAHeartbeatDoNotFreezeThePool) {
  Join(12);
  for (int i = 0; i < 13; ++i) pool_.Add(TestRegistration(absl::StrCat("crashed-", i)), Now());
  Pass(absl::Seconds(2));
  Silence(3, 3);
  Pass(absl::Seconds(9));
  EXPECT_FALSE(IsFrozen());
  EXPECT_EQ(StateOf(3), AgentState::kSuspect);
  Pass(absl::Seconds(9));
  EXPECT_EQ(StateOf(3), AgentState::kDead);
  EXPECT_EQ(Count(AgentState::kDead), 14);
  EXPECT_EQ(Count(AgentState::kActive), 11);
}

TEST_F(LeaseExpiryTest, AgentsThatVanishWhileTheyJoinDoNotFreezeThePool) {
  Join(12);
  for (int i = 0; i < 13; ++i) {
    pool_.Add(TestRegistration(absl::StrCat("crashed-", i)), Now());
    SendHeartbeat(absl::StrCat("crashed-", i));
  }
  Silence(3, 3);
  Pass(absl::Seconds(12));
  EXPECT_FALSE(IsFrozen());
  EXPECT_EQ(StateOf(3), AgentState::kSuspect);
}

TEST_F(LeaseExpiryTest, AgentsThatNeverSentAHeartbeatDoNotHideThatMostAreSilent) {
  Join(10);
  for (int i = 0; i < 13; ++i) pool_.Add(TestRegistration(absl::StrCat("crashed-", i)), Now());
  Silence(0, 5);
  Pass(absl::Seconds(12));
  EXPECT_TRUE(IsFrozen());
  EXPECT_EQ(Count(AgentState::kActive), 10);
}

TEST_F(LeaseExpiryTest, AgentsWhoseStreamsBrokeOneByOneDoNotFreezeThePool) {
  Join(10);
  for (int i = 0; i < 6; ++i) {
    Silence(i, i);
    pool_.NoteBrokenStream(absl::StrCat(i), 1, Now(), Now());
    Pass(absl::Milliseconds(500));
  }
  for (int tenth = 0; tenth < 250; ++tenth) {
    Pass(kStep);
    ASSERT_FALSE(IsFrozen());
    ASSERT_EQ(Count(AgentState::kActive), 4) << "after " << tenth << " steps";
  }
  EXPECT_EQ(Count(AgentState::kDead), 6);
}

TEST_F(LeaseExpiryTest, AgentThatWasSuspectBeforeTheFreezeLeadsNothingInIt) {
  Join(10);
  Silence(0, 0);
  pool_.NoteBrokenStream("0", 1, Now(), Now());
  Pass(absl::Seconds(1));
  ASSERT_EQ(StateOf(0), AgentState::kSuspect);
  Silence(1, 6);
  for (int tenth = 0; tenth < 200; ++tenth) {
    Pass(kStep);
    ASSERT_EQ(StateOf(0), AgentState::kSuspect) << "after " << tenth << " steps";
    ASSERT_EQ(Count(AgentState::kActive), 9);
  }
  EXPECT_TRUE(IsFrozen());
  pool_.NoteBrokenStream("7", 1, Now(), Now());
  Pass(kStep);
  Pass(kStep);
  EXPECT_EQ(StateOf(7), AgentState::kActive) << "nobody becomes suspect in a frozen pool";
}

TEST_F(LeaseExpiryTest, StreamOfASilentAgentThatBreaksSaysNothingNew) {
  Join(4);
  Silence(0, 0);
  const MonotonicTime last_heartbeat = Now();
  Pass(absl::Seconds(5));
  pool_.NoteBrokenStream("0", 1, last_heartbeat, Now());
  Pass(absl::Milliseconds(500));
  EXPECT_EQ(StateOf(0), AgentState::kActive);
  Pass(absl::Milliseconds(3'600));
  EXPECT_EQ(StateOf(0), AgentState::kSuspect);
}

// The last heartbeats of 11 silent agents of 20, each of which came late by up to 0.3 seconds, are
// further apart than an interval.
TEST(LeaseExpiryWithLateHeartbeatsTest, SilenceOfMostAgentsMovesNoLeader) {
  constexpr int kAgents = 20;
  constexpr int kSilent = 11;
  constexpr absl::Duration kLook = absl::Milliseconds(50);
  for (uint64_t seed = 0; seed < 60; ++seed) {
    SeededRandom random(seed);
    FakeClock clock;
    PoolMembers pool("apn_orders", MembershipOptions{});
    std::vector<MonotonicTime> next(kAgents);
    int64_t sequence = 0;
    for (int i = 0; i < kAgents; ++i) {
      pool.Add(TestRegistration(absl::StrCat(i)), clock.MonotonicNow());
      next[i] = clock.MonotonicNow() + random.Fraction() * absl::Seconds(3);
    }
    const MonotonicTime silent_from =
        clock.MonotonicNow() + absl::Seconds(8) + random.Fraction() * absl::Seconds(3);
    const MonotonicTime end = silent_from + absl::Seconds(20);
    while (clock.MonotonicNow() < end) {
      clock.Advance(kLook);
      const MonotonicTime now = clock.MonotonicNow();
      for (int i = 0; i < kAgents; ++i) {
        if (next[i] > now || (i < kSilent && now >= silent_from)) continue;
        const auto reply = pool.RecordHeartbeat(TestHeartbeat(absl::StrCat(i), ++sequence), now);
        ASSERT_TRUE(reply.ok());
        next[i] = now + reply->next_heartbeat_after + random.Fraction() * absl::Milliseconds(300);
      }
      if (now < silent_from) continue;
      for (const RosterEntry& entry : pool.GetRoster(now).entries) {
        ASSERT_EQ(entry.state, AgentState::kActive)
            << "agent " << entry.registration->spec.agent_id << ", seed " << seed;
      }
    }
    EXPECT_TRUE(pool.GetRoster(end).frozen) << "seed " << seed;
  }
}

TEST(LeaseExpiryWithLateHeartbeatsTest, HeardAgentsAreNotTakenForSilentOnes) {
  // Includes the smallest allowed number of missed heartbeats.
  for (const int missed_heartbeats : {2, 3, 5}) {
    MembershipOptions options;
    options.missed_heartbeats = missed_heartbeats;
    FakeClock clock;
    PoolMembers pool("apn_orders", options);
    for (int i = 0; i < 20; ++i) pool.Add(TestRegistration(absl::StrCat(i)), clock.MonotonicNow());
    for (int tenth = 0; tenth < 900; ++tenth) {
      clock.Advance(absl::Milliseconds(100));
      for (int i = 0; i < 20; ++i) {
        // Half of them fall silent, which is not most.
        if (tenth % 29 != i || (i % 2 == 0 && tenth > 300)) continue;
        ASSERT_TRUE(
            pool.RecordHeartbeat(TestHeartbeat(absl::StrCat(i), tenth), clock.MonotonicNow()).ok());
      }
      ASSERT_FALSE(pool.GetRoster(clock.MonotonicNow()).frozen) << missed_heartbeats;
    }
  }
}

TEST_F(LeaseExpiryTest, NewcomersCountAsHeard) {
  Join(5);
  Silence(0, 2);
  Pass(absl::Seconds(20));
  ASSERT_TRUE(IsFrozen());
  Join(1);
  EXPECT_FALSE(IsFrozen()) << "once it may lead";
}

TEST_F(LeaseExpiryTest, LastAgentIsNeverDead) {
  Join(2);
  Silence(0, 0);
  Pass(absl::Seconds(5));
  Silence(1, 1);
  Pass(absl::Minutes(10));
  EXPECT_EQ(StateOf(0), AgentState::kSuspect)
      << "there was nobody to take over when it would have died";
  EXPECT_EQ(StateOf(1), AgentState::kSuspect);
  EXPECT_TRUE(pool_.NewlyDead(Now(), 10).empty());
  EXPECT_FALSE(IsFrozen());
  // The first agent that comes back does not make the other one DEAD; that one keeps its remaining
  // lease.
  Revive(1, 1);
  Pass(absl::Seconds(3));
  EXPECT_EQ(StateOf(0), AgentState::kSuspect);
  EXPECT_EQ(StateOf(1), AgentState::kActive);
  Pass(absl::Seconds(20));
  EXPECT_EQ(StateOf(0), AgentState::kDead);
}

TEST_F(LeaseExpiryTest, LastAgentStaysWhenTheLivingOneLeaves) {
  Join(2);
  Silence(0, 0);
  Pass(absl::Seconds(15));
  ASSERT_EQ(StateOf(0), AgentState::kSuspect);
  pool_.Remove("1", 1);
  next_heartbeat_.erase("1");
  Pass(absl::Minutes(10));
  EXPECT_EQ(StateOf(0), AgentState::kSuspect);
}

TEST_F(LeaseExpiryTest, DeadStaysDeadWhenTheLivingLeave) {
  Join(2);
  Silence(0, 0);
  Pass(absl::Seconds(20));
  ASSERT_EQ(StateOf(0), AgentState::kDead);
  Silence(1, 1);
  Pass(absl::Minutes(10));
  EXPECT_EQ(StateOf(0), AgentState::kDead);
  EXPECT_EQ(StateOf(1), AgentState::kSuspect);
}

TEST_F(LeaseExpiryTest, StallOfOurOwnKillsNobody) {
  Join(2);
  clock_.Advance(absl::Minutes(10));
  // Whichever call comes first after it: of a reader, a heartbeat, or Observe.
  EXPECT_EQ(Count(AgentState::kActive), 2);
  EXPECT_FALSE(SendHeartbeat("0").reregister);
  lease_clock_.Observe();
  Silence(0, 0);
  Pass(absl::Milliseconds(8'600));
  EXPECT_EQ(Count(AgentState::kActive), 2) << "not a full lease from the last heartbeat on";
  Pass(absl::Seconds(1));
  EXPECT_EQ(StateOf(0), AgentState::kSuspect);
}

TEST_F(LeaseExpiryTest, HealthyAgentsOfAFrozenPoolMayStillJoin) {
  Join(10);
  Silence(0, 7);
  Pass(absl::Seconds(12));
  ASSERT_TRUE(IsFrozen());
  pool_.Add(TestRegistration("new"), Now());
  SendHeartbeat("new");
  EXPECT_EQ(FindEntry(pool_.GetRoster(Now()), "new").state, AgentState::kJoining);
  next_heartbeat_["new"] = Now();
  Pass(absl::Seconds(10));
  ASSERT_TRUE(IsFrozen());
  EXPECT_EQ(FindEntry(pool_.GetRoster(Now()), "new").state, AgentState::kActive);
}

}  // namespace
}  // namespace bellwether

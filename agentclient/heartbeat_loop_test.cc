#include "agentclient/heartbeat_loop.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/base/fake_clock.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

constexpr absl::Duration kPace = absl::Seconds(3);

v1::HeartbeatResponse HeartbeatAnswer(absl::Duration next = kPace) {
  v1::HeartbeatResponse response;
  response.mutable_next_heartbeat_after()->set_seconds(absl::ToInt64Seconds(next));
  return response;
}

v1::HeartbeatResponse RegisterAgain() {
  v1::HeartbeatResponse response = HeartbeatAnswer();
  response.set_reregister(true);
  return response;
}

absl::Status PoolNotFound() {
  return MakeError(absl::StatusCode::kNotFound, Reason::kAgentPoolNotFound, "no such pool");
}

// A control plane with scripted answers.
class ScriptedMembership final : public Membership {
 public:
  absl::StatusOr<v1::RegisterAgentResponse> Register(
      const v1::RegisterAgentRequest& request) override {
    registrations.push_back(request);
    if (!register_error.ok()) return register_error;
    v1::RegisterAgentResponse response;
    response.set_agent_epoch(epoch);
    response.set_cluster_uid(cluster_uid);
    response.set_agent_pool("agentPools/apn_orders");
    response.mutable_heartbeat_interval()->set_seconds(3);
    response.mutable_lease_duration()->set_seconds(9);
    return response;
  }
  absl::StatusOr<v1::HeartbeatResponse> SendHeartbeat(
      const v1::HeartbeatRequest& request) override {
    heartbeats.push_back(request);
    return heartbeat_answer;
  }
  absl::Status AnnounceDeparture(const v1::AnnounceDepartureRequest& request) override {
    announcements.push_back(request);
    return announce_error;
  }
  absl::Status Deregister(const v1::DeregisterAgentRequest& request) override {
    deregistrations.push_back(request);
    return deregister_error;
  }

  absl::Status register_error;
  int64_t epoch = 7;
  std::string cluster_uid = "cluster-1";
  absl::StatusOr<v1::HeartbeatResponse> heartbeat_answer = HeartbeatAnswer();
  absl::Status announce_error;
  absl::Status deregister_error;
  std::vector<v1::RegisterAgentRequest> registrations;
  std::vector<v1::HeartbeatRequest> heartbeats;
  std::vector<v1::AnnounceDepartureRequest> announcements;
  std::vector<v1::DeregisterAgentRequest> deregistrations;
};

class CountingSampler final : public LoadSampler {
 public:
  void Sample(v1::HeartbeatRequest& heartbeat) override {
    heartbeat.mutable_load()->set_connections(++samples);
    // Not a sampler's business: must not get through.
    heartbeat.set_agent_epoch(99);
  }
  int samples = 0;
};

class RecordingListener final : public MembershipListener {
 public:
  void OnRegistered(const v1::RegisterAgentResponse& registration) override {
    events.push_back(absl::StrCat("registered ", registration.agent_epoch()));
  }
  void OnRefused(const absl::Status& error) override {
    events.push_back(absl::StrCat("refused ", error.message()));
  }
  void OnFenced(const absl::Status& error) override {
    events.push_back(absl::StrCat("fenced ", error.message()));
  }
  void OnDrain(bool drain) override { events.push_back(absl::StrCat("drain ", drain)); }
  void OnTrouble(const absl::Status& error) override {
    events.push_back(absl::StrCat("trouble ", error.message()));
  }
  void OnReconnected(absl::Duration away) override {
    events.push_back(absl::StrCat("reconnected after ", absl::FormatDuration(away)));
  }
  std::vector<std::string> events;
};

class HeartbeatLoopTest : public ::testing::Test {
 protected:
  static v1::RegisterAgentRequest Self() {
    v1::RegisterAgentRequest self;
    self.set_agent_id("agent-1");
    self.set_boot_id("boot-1");
    return self;
  }

  // Lets time pass until the next step is due, takes it, and gives the wait.
  absl::Duration StepWhenDue() {
    const absl::Duration wait = next_ - clock_.MonotonicNow();
    clock_.Advance(wait);
    next_ = loop_.Step();
    return wait;
  }
  absl::Duration NextWait() { return next_ - clock_.MonotonicNow(); }

  FakeClock clock_;
  SeededRandom random_{1};
  ScriptedMembership membership_;
  CountingSampler sampler_;
  RecordingListener listener_;
  HeartbeatLoop loop_{clock_,
                      random_,
                      membership_,
                      sampler_,
                      listener_,
                      Self(),
                      {absl::Milliseconds(200), absl::Seconds(5)}};
  MonotonicTime next_ = clock_.MonotonicNow();
};

TEST_F(HeartbeatLoopTest, RegistersThenReportsAtOnce) {
  StepWhenDue();
  EXPECT_EQ(NextWait(), absl::ZeroDuration());
  EXPECT_EQ(loop_.status().state, MembershipState::kRegistered);
  StepWhenDue();
  ASSERT_EQ(membership_.heartbeats.size(), 1u);
  const v1::HeartbeatRequest& heartbeat = membership_.heartbeats[0];
  EXPECT_EQ(heartbeat.agent_id(), "agent-1");
  EXPECT_EQ(heartbeat.agent_epoch(), 7);
  EXPECT_EQ(heartbeat.sequence(), 1);
  EXPECT_EQ(heartbeat.cluster_uid(), "cluster-1");
  EXPECT_EQ(heartbeat.agent_pool(), "agentPools/apn_orders");
  EXPECT_EQ(heartbeat.load().connections(), 1);
}

TEST_F(HeartbeatLoopTest, KeepsBeatingAtTheServersPace) {
  StepWhenDue();
  StepWhenDue();
  EXPECT_EQ(NextWait(), kPace);
  membership_.heartbeat_answer = HeartbeatAnswer(absl::Seconds(30));
  EXPECT_EQ(StepWhenDue(), kPace);
  EXPECT_EQ(StepWhenDue(), absl::Seconds(30));
  EXPECT_EQ(membership_.heartbeats.back().sequence(), 3);
  EXPECT_EQ(membership_.heartbeats.back().load().connections(), 3);
}

TEST_F(HeartbeatLoopTest, RegistersAgainOnlyWithTheClusterThatItIsOf) {
  StepWhenDue();
  EXPECT_EQ(membership_.registrations[0].cluster_uid(), "") << "any, at first";
  membership_.heartbeat_answer = RegisterAgain();
  StepWhenDue();
  membership_.cluster_uid = "cluster-2";
  StepWhenDue();
  EXPECT_EQ(membership_.registrations[1].cluster_uid(), "cluster-1");
  EXPECT_EQ(loop_.status().state, MembershipState::kRegistering);
  EXPECT_EQ(GetReason(loop_.status().last_error), Reason::kWrongCluster);
  EXPECT_EQ(loop_.status().registration->cluster_uid(), "cluster-1");
  EXPECT_EQ(listener_.events.size(), 2u) << "registered, and trouble";
  membership_.cluster_uid = "cluster-1";
  StepWhenDue();
  EXPECT_EQ(loop_.status().state, MembershipState::kRegistered);
}

TEST_F(HeartbeatLoopTest, WithoutAPaceItIsThatOfTheRegistration) {
  membership_.heartbeat_answer = v1::HeartbeatResponse();
  StepWhenDue();
  StepWhenDue();
  EXPECT_EQ(NextWait(), absl::Seconds(3));
}

TEST_F(HeartbeatLoopTest, AnAbsurdPaceIsBounded) {
  membership_.heartbeat_answer = HeartbeatAnswer(absl::Hours(1000));
  StepWhenDue();
  StepWhenDue();
  EXPECT_EQ(NextWait(), absl::Minutes(5));
  v1::HeartbeatResponse frantic;
  frantic.mutable_next_heartbeat_after()->set_nanos(1);
  membership_.heartbeat_answer = frantic;
  StepWhenDue();
  EXPECT_EQ(NextWait(), absl::Milliseconds(10));
}

TEST_F(HeartbeatLoopTest, RegistersAgainWhenTold) {
  StepWhenDue();
  StepWhenDue();
  membership_.heartbeat_answer = RegisterAgain();
  membership_.epoch = 8;
  StepWhenDue();
  EXPECT_EQ(loop_.status().state, MembershipState::kRegistering);
  EXPECT_LT(NextWait(), absl::Milliseconds(200));
  membership_.heartbeat_answer = HeartbeatAnswer();
  StepWhenDue();
  StepWhenDue();
  EXPECT_EQ(listener_.events, (std::vector<std::string>{"registered 7", "registered 8"}));
  EXPECT_EQ(membership_.heartbeats.back().agent_epoch(), 8);
  // The control plane may give the same epoch again and remember the sequence.
  EXPECT_EQ(membership_.heartbeats.back().sequence(), 3);
  EXPECT_EQ(membership_.registrations[1].boot_id(), "boot-1");
}

TEST_F(HeartbeatLoopTest, AControlPlaneThatForgetsAtOnceIsNotAskedInATightLoop) {
  membership_.heartbeat_answer = RegisterAgain();
  const MonotonicTime begin = clock_.MonotonicNow();
  for (int i = 0; i < 100; ++i) StepWhenDue();
  EXPECT_GT(clock_.MonotonicNow() - begin, absl::Seconds(60));
}

TEST_F(HeartbeatLoopTest, StopsWhenFenced) {
  StepWhenDue();
  membership_.heartbeat_answer = MakeError(absl::StatusCode::kFailedPrecondition,
                                           Reason::kStaleAgentEpoch, "a later run exists");
  StepWhenDue();
  EXPECT_EQ(next_, MonotonicTime::InfiniteFuture());
  EXPECT_EQ(loop_.status().state, MembershipState::kFenced);
  EXPECT_EQ(listener_.events.back(), "fenced a later run exists");
  // Whatever comes, nothing more is sent: it would be in the name of the later run.
  loop_.Step();
  EXPECT_TRUE(loop_.Leave(Departure::kForGood).ok());
  EXPECT_EQ(membership_.heartbeats.size(), 1u);
  EXPECT_EQ(membership_.registrations.size(), 1u);
  EXPECT_TRUE(membership_.deregistrations.empty());
  EXPECT_EQ(loop_.status().state, MembershipState::kFenced);
}

TEST_F(HeartbeatLoopTest, BacksOffWithJitterWhenTheControlPlaneIsUnreachable) {
  StepWhenDue();
  StepWhenDue();
  clock_.Advance(kPace);
  membership_.heartbeat_answer = absl::UnavailableError("connection refused");
  next_ = loop_.Step();
  const MonotonicTime lost = clock_.MonotonicNow();
  std::set<absl::Duration> waits;
  absl::Duration longest;
  for (int i = 0; i < 50; ++i) {
    const absl::Duration wait = StepWhenDue();
    waits.insert(wait);
    longest = std::max(longest, wait);
    if (i == 0) {
      EXPECT_LT(wait, absl::Milliseconds(200));
    }
  }
  EXPECT_GT(waits.size(), 45u);
  EXPECT_GT(longest, absl::Milliseconds(2'500));
  EXPECT_LE(longest, absl::Seconds(3)) << "a lease has to outlast it";
  EXPECT_EQ(loop_.status().state, MembershipState::kDisconnected);
  EXPECT_EQ(loop_.status().since, lost);
  // Told once, not fifty times.
  EXPECT_EQ(listener_.events,
            (std::vector<std::string>{"registered 7", "trouble connection refused"}));

  membership_.heartbeat_answer = HeartbeatAnswer();
  StepWhenDue();
  EXPECT_EQ(listener_.events.back(),
            absl::StrCat("reconnected after ", absl::FormatDuration(clock_.MonotonicNow() - lost)));
  EXPECT_EQ(loop_.status().state, MembershipState::kRegistered);
  EXPECT_TRUE(loop_.status().last_error.ok());
  EXPECT_EQ(NextWait(), kPace);
  EXPECT_EQ(membership_.registrations.size(), 1u);
}

TEST_F(HeartbeatLoopTest, WaitsAtLeastAsLongAsTheControlPlaneAsks) {
  absl::Status busy = absl::ResourceExhaustedError("busy");
  busy.SetPayload("bellwether/retry_delay_ms", absl::Cord("7000"));
  membership_.register_error = busy;
  StepWhenDue();
  EXPECT_GE(NextWait(), absl::Seconds(7));
  EXPECT_LT(NextWait(), absl::Seconds(8));
}

TEST_F(HeartbeatLoopTest, FirstRegistrationIsTriedUntilTheControlPlaneIsThere) {
  for (const absl::StatusCode code :
       {absl::StatusCode::kUnavailable, absl::StatusCode::kDeadlineExceeded,
        absl::StatusCode::kResourceExhausted, absl::StatusCode::kAborted,
        absl::StatusCode::kInternal, absl::StatusCode::kUnknown, absl::StatusCode::kCancelled}) {
    membership_.register_error = absl::Status(code, "later");
    StepWhenDue();
    EXPECT_EQ(loop_.status().state, MembershipState::kRegistering);
    EXPECT_EQ(loop_.status().last_error.code(), code);
  }
  membership_.register_error = absl::OkStatus();
  StepWhenDue();
  EXPECT_EQ(loop_.status().state, MembershipState::kRegistered);
}

TEST_F(HeartbeatLoopTest, LostRegistrationReplyKeepsTheBootId) {
  membership_.register_error = absl::DeadlineExceededError("no answer");
  StepWhenDue();
  membership_.register_error = absl::OkStatus();
  StepWhenDue();
  ASSERT_EQ(membership_.registrations.size(), 2u);
  EXPECT_EQ(membership_.registrations[0].boot_id(), "boot-1");
  EXPECT_EQ(membership_.registrations[1].boot_id(), "boot-1");
}

TEST_F(HeartbeatLoopTest, PermanentErrorIsReported) {
  const absl::Status errors[] = {
      PoolNotFound(),
      MakeError(absl::StatusCode::kNotFound, Reason::kVirtualClusterNotFound, "no such cluster"),
      MakeError(absl::StatusCode::kFailedPrecondition, Reason::kAgentPoolMismatch, "other pool"),
      MakeError(absl::StatusCode::kInvalidArgument, Reason::kUnknownStrategy, "no such strategy"),
      absl::UnimplementedError("no such service"),
  };
  for (const absl::Status& error : errors) {
    RecordingListener listener;
    HeartbeatLoop loop(clock_, random_, membership_, sampler_, listener, Self(), {});
    membership_.register_error = error;
    membership_.registrations.clear();
    EXPECT_EQ(loop.Step(), MonotonicTime::InfiniteFuture());
    EXPECT_EQ(loop.Step(), MonotonicTime::InfiniteFuture());
    EXPECT_EQ(membership_.registrations.size(), 1u);
    EXPECT_EQ(loop.status().state, MembershipState::kRefused);
    EXPECT_EQ(loop.status().last_error, error);
    EXPECT_EQ(listener.events,
              (std::vector<std::string>{absl::StrCat("refused ", error.message())}));
  }
}

TEST_F(HeartbeatLoopTest, APoolDeletedLaterIsWaitedFor) {
  StepWhenDue();
  membership_.heartbeat_answer = RegisterAgain();
  StepWhenDue();
  membership_.register_error = PoolNotFound();
  for (int i = 0; i < 20; ++i) StepWhenDue();
  EXPECT_EQ(loop_.status().state, MembershipState::kRegistering);
  EXPECT_EQ(GetReason(loop_.status().last_error), Reason::kAgentPoolNotFound);
  EXPECT_EQ(listener_.events, (std::vector<std::string>{"registered 7", "trouble no such pool"}));
  membership_.register_error = absl::OkStatus();
  StepWhenDue();
  EXPECT_EQ(loop_.status().state, MembershipState::kRegistered);
}

TEST_F(HeartbeatLoopTest, DrainIsToldWhenItChanges) {
  StepWhenDue();
  StepWhenDue();
  v1::HeartbeatResponse drain = HeartbeatAnswer();
  drain.set_drain(true);
  membership_.heartbeat_answer = drain;
  StepWhenDue();
  StepWhenDue();
  EXPECT_TRUE(loop_.status().drain);
  membership_.heartbeat_answer = HeartbeatAnswer();
  StepWhenDue();
  EXPECT_FALSE(loop_.status().drain);
  EXPECT_EQ(listener_.events, (std::vector<std::string>{"registered 7", "drain 1", "drain 0"}));
}

TEST_F(HeartbeatLoopTest, LeavesInItsOwnName) {
  StepWhenDue();
  EXPECT_TRUE(loop_.Leave(Departure::kForGood).ok());
  ASSERT_EQ(membership_.deregistrations.size(), 1u);
  EXPECT_EQ(membership_.deregistrations[0].agent_id(), "agent-1");
  EXPECT_EQ(membership_.deregistrations[0].agent_epoch(), 7);
  EXPECT_EQ(membership_.deregistrations[0].agent_pool(), "agentPools/apn_orders");
  EXPECT_FALSE(membership_.deregistrations[0].restarting());
  EXPECT_EQ(loop_.status().state, MembershipState::kStopped);
  EXPECT_EQ(loop_.Step(), MonotonicTime::InfiniteFuture());
  EXPECT_TRUE(membership_.heartbeats.empty());
}

TEST_F(HeartbeatLoopTest, WhoeverComesBackSaysSo) {
  StepWhenDue();
  EXPECT_TRUE(loop_.Leave(Departure::kRestart).ok());
  ASSERT_EQ(membership_.deregistrations.size(), 1u);
  EXPECT_TRUE(membership_.deregistrations[0].restarting());
}

TEST_F(HeartbeatLoopTest, LeavesAlsoWhileItWasWithoutAnswers) {
  StepWhenDue();
  membership_.heartbeat_answer = absl::UnavailableError("away");
  StepWhenDue();
  membership_.deregister_error = absl::UnavailableError("still away");
  EXPECT_EQ(loop_.Leave(Departure::kForGood), absl::UnavailableError("still away"));
  EXPECT_EQ(membership_.deregistrations.size(), 1u);
  EXPECT_EQ(loop_.status().state, MembershipState::kStopped);
}

TEST_F(HeartbeatLoopTest, AnnouncedDepartureKeepsTheHeartbeatsUntilTheAgentLeaves) {
  StepWhenDue();
  EXPECT_TRUE(loop_.AnnounceDeparture(Departure::kRestart).ok());
  ASSERT_EQ(membership_.announcements.size(), 1u);
  EXPECT_EQ(membership_.announcements[0].agent_id(), "agent-1");
  EXPECT_EQ(membership_.announcements[0].agent_epoch(), 7);
  EXPECT_EQ(membership_.announcements[0].agent_pool(), "agentPools/apn_orders");
  EXPECT_TRUE(membership_.announcements[0].restarting());
  StepWhenDue();
  StepWhenDue();
  EXPECT_EQ(membership_.heartbeats.size(), 2u);
  EXPECT_EQ(membership_.announcements.size(), 1u);
  EXPECT_TRUE(membership_.deregistrations.empty());
  EXPECT_TRUE(loop_.Leave(Departure::kRestart).ok());
  EXPECT_EQ(membership_.deregistrations.size(), 1u);
}

TEST_F(HeartbeatLoopTest, DepartureThatWasNotTakenInIsAnnouncedBeforeTheNextHeartbeat) {
  StepWhenDue();
  membership_.announce_error = absl::UnavailableError("unreachable");
  EXPECT_EQ(loop_.AnnounceDeparture(Departure::kForGood), membership_.announce_error);
  StepWhenDue();
  StepWhenDue();
  EXPECT_EQ(membership_.announcements.size(), 3u);
  EXPECT_TRUE(membership_.heartbeats.empty()) << "a heartbeat would make it a leader again";
  membership_.announce_error = absl::OkStatus();
  StepWhenDue();
  EXPECT_EQ(membership_.announcements.size(), 4u);
  EXPECT_EQ(membership_.heartbeats.size(), 1u);
}

TEST_F(HeartbeatLoopTest, ControlPlaneThatKnowsNoAnnouncementIsLeftAtOnce) {
  StepWhenDue();
  membership_.announce_error = absl::UnimplementedError("no such method");
  EXPECT_TRUE(loop_.AnnounceDeparture(Departure::kRestart).ok());
  ASSERT_EQ(membership_.deregistrations.size(), 1u);
  EXPECT_TRUE(membership_.deregistrations[0].restarting());
  EXPECT_EQ(loop_.Step(), MonotonicTime::InfiniteFuture());
  EXPECT_TRUE(membership_.heartbeats.empty());
}

TEST_F(HeartbeatLoopTest, AgentThatLeavesDoesNotRegisterAgain) {
  StepWhenDue();
  EXPECT_TRUE(loop_.AnnounceDeparture(Departure::kForGood).ok());
  membership_.heartbeat_answer = RegisterAgain();
  StepWhenDue();
  EXPECT_EQ(loop_.Step(), MonotonicTime::InfiniteFuture());
  EXPECT_EQ(membership_.registrations.size(), 1u);
}

TEST_F(HeartbeatLoopTest, AgentThatLeavesBeforeItJoinedDoesNotJoin) {
  membership_.register_error = absl::UnavailableError("unreachable");
  StepWhenDue();
  EXPECT_TRUE(loop_.AnnounceDeparture(Departure::kForGood).ok());
  EXPECT_TRUE(membership_.announcements.empty());
  EXPECT_EQ(loop_.Step(), MonotonicTime::InfiniteFuture());
  EXPECT_EQ(membership_.registrations.size(), 1u);
}

TEST_F(HeartbeatLoopTest, WhoeverNeverJoinedHasNothingToLeave) {
  membership_.register_error = absl::UnavailableError("away");
  StepWhenDue();
  EXPECT_TRUE(loop_.Leave(Departure::kForGood).ok());
  EXPECT_TRUE(membership_.deregistrations.empty());
  EXPECT_EQ(loop_.status().state, MembershipState::kStopped);
}

}  // namespace
}  // namespace bellwether

#include "agentclient/heartbeater.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>

#include "agentclient/channel.h"
#include "agentclient/fake_control_plane.h"
#include "agentclient/streamed_membership.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

class IdleSampler final : public LoadSampler {
 public:
  void Sample(v1::HeartbeatRequest& heartbeat) override {
    heartbeat.mutable_load()->set_connections(5);
  }
};

// Lets a test wait for the heartbeater's end.
class EndListener final : public MembershipListener {
 public:
  void OnFenced(const absl::Status& error) override {
    {
      MutexLock lock(mutex_);
      fenced_ = true;
    }
    changed_.NotifyAll();
  }
  void AwaitFenced() {
    MutexLock lock(mutex_);
    while (!fenced_) changed_.Wait(mutex_);
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool fenced_ ABSL_GUARDED_BY(mutex_) = false;
};

class HeartbeaterTest : public ::testing::Test {
 protected:
  std::unique_ptr<Heartbeater> Start(const std::string& address) {
    v1::RegisterAgentRequest self;
    self.set_agent_id("agent-1");
    return std::make_unique<Heartbeater>(
        clock_, random_, std::make_unique<StreamedMembership>(MakeChannel(address), clock_),
        sampler_, listener_, self, BackoffOptions{absl::Milliseconds(10), absl::Milliseconds(20)});
  }

  SystemClock clock_;
  SystemRandom random_;
  IdleSampler sampler_;
  EndListener listener_;
};

TEST_F(HeartbeaterTest, JoinsBeatsAndLeaves) {
  FakeControlPlane fake;
  auto heartbeater = Start(fake.address());
  ASSERT_EQ(heartbeater->WaitUntilRegistered(), absl::OkStatus());
  EXPECT_EQ(heartbeater->status().registration->broker_id(), 42);
  fake.AwaitHeartbeats(3);
  EXPECT_EQ(heartbeater->status().state, MembershipState::kRegistered);
  EXPECT_EQ(fake.heartbeats()[2].load().connections(), 5);
  EXPECT_EQ(fake.streams(), 1);
  heartbeater->Stop();
  ASSERT_EQ(fake.deregistrations().size(), 1u);
  EXPECT_EQ(fake.deregistrations()[0].agent_epoch(), 7);
  EXPECT_EQ(heartbeater->status().state, MembershipState::kStopped);
  const size_t heartbeats = fake.heartbeats().size();
  heartbeater = nullptr;
  EXPECT_EQ(fake.deregistrations().size(), 1u);
  EXPECT_EQ(fake.heartbeats().size(), heartbeats);
}

TEST_F(HeartbeaterTest, DeregistersOnDestruction) {
  FakeControlPlane fake;
  ASSERT_TRUE(Start(fake.address())->WaitUntilRegistered().ok());
  EXPECT_EQ(fake.deregistrations().size(), 1u);
}

TEST_F(HeartbeaterTest, EachRunHasABootIdOfItsOwn) {
  FakeControlPlane fake;
  ASSERT_TRUE(Start(fake.address())->WaitUntilRegistered().ok());
  ASSERT_TRUE(Start(fake.address())->WaitUntilRegistered().ok());
  ASSERT_EQ(fake.registrations().size(), 2u);
  EXPECT_EQ(fake.registrations()[0].boot_id().size(), 26u);
  EXPECT_NE(fake.registrations()[0].boot_id(), fake.registrations()[1].boot_id());
}

TEST_F(HeartbeaterTest, PermanentErrorIsReported) {
  FakeControlPlane fake;
  fake.AnswerRegistrations([](const auto&, auto&) {
    return WireError(grpc::StatusCode::NOT_FOUND, "AGENT_POOL_NOT_FOUND", "no pool apn_x");
  });
  auto heartbeater = Start(fake.address());
  const absl::Status refused = heartbeater->WaitUntilRegistered();
  EXPECT_EQ(GetReason(refused), Reason::kAgentPoolNotFound);
  EXPECT_EQ(refused.message(), "no pool apn_x");
  EXPECT_EQ(heartbeater->status().state, MembershipState::kRefused);
  heartbeater->Stop();
  EXPECT_EQ(fake.registrations().size(), 1u);
  EXPECT_TRUE(fake.deregistrations().empty());
}

TEST_F(HeartbeaterTest, StopsWhenFenced) {
  FakeControlPlane fake;
  auto heartbeater = Start(fake.address());
  fake.AwaitHeartbeats(1);
  fake.AnswerHeartbeats([](const auto&, auto&) {
    return WireError(grpc::StatusCode::FAILED_PRECONDITION, "STALE_AGENT_EPOCH", "too old");
  });
  listener_.AwaitFenced();
  heartbeater->Stop();
  EXPECT_EQ(heartbeater->status().state, MembershipState::kFenced);
  EXPECT_TRUE(fake.deregistrations().empty());
}

TEST_F(HeartbeaterTest, WaitingForAControlPlaneThatIsUnreachableEnds) {
  std::string address;
  {
    FakeControlPlane gone;
    address = gone.address();
  }
  auto heartbeater = Start(address);
  const absl::Status status = heartbeater->WaitUntilRegistered(absl::Milliseconds(200));
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  heartbeater->Stop();
  EXPECT_EQ(heartbeater->WaitUntilRegistered().code(), absl::StatusCode::kCancelled);
}

TEST_F(HeartbeaterTest, LastsThroughARestartOfTheControlPlane) {
  auto fake = std::make_unique<FakeControlPlane>();
  const int port = fake->port();
  auto heartbeater = Start(fake->address());
  fake->AwaitHeartbeats(2);
  fake = nullptr;
  fake = std::make_unique<FakeControlPlane>(port);
  fake->AwaitHeartbeats(2);
  // The registration stays valid: nothing requested another one.
  EXPECT_TRUE(fake->registrations().empty());
  EXPECT_EQ(fake->heartbeats()[0].agent_epoch(), 7);
}

}  // namespace
}  // namespace bellwether

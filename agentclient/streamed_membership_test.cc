#include "agentclient/streamed_membership.h"

#include <gtest/gtest.h>

#include <memory>

#include "agentclient/call_deadline.h"
#include "agentclient/channel.h"
#include "agentclient/fake_control_plane.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

v1::HeartbeatRequest Heartbeat(int64_t sequence) {
  v1::HeartbeatRequest heartbeat;
  heartbeat.set_sequence(sequence);
  return heartbeat;
}

TEST(StreamedMembershipTest, ManyHeartbeatsShareOneStream) {
  FakeControlPlane fake;
  const SystemClock clock;
  StreamedMembership membership(MakeChannel(fake.address()), clock);
  for (int64_t sequence = 1; sequence <= 20; ++sequence) {
    const auto response = membership.SendHeartbeat(Heartbeat(sequence));
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->next_heartbeat_after().nanos(), 20'000'000);
  }
  EXPECT_EQ(fake.heartbeats().size(), 20u);
  EXPECT_EQ(fake.heartbeats().back().sequence(), 20);
  EXPECT_EQ(fake.streams(), 1);
}

TEST(StreamedMembershipTest, AStreamThatEndedIsOpenedAnewUnnoticed) {
  FakeControlPlane fake;
  const SystemClock clock;
  StreamedMembership membership(MakeChannel(fake.address()), clock);
  fake.EndNextStream();
  ASSERT_TRUE(membership.SendHeartbeat(Heartbeat(1)).ok());
  const auto response = membership.SendHeartbeat(Heartbeat(2));
  EXPECT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(fake.streams(), 2);
}

TEST(StreamedMembershipTest, ARestartedControlPlaneIsFoundAgain) {
  auto fake = std::make_unique<FakeControlPlane>();
  const int port = fake->port();
  const SystemClock clock;
  const auto channel = MakeChannel(fake->address());
  StreamedMembership membership(channel, clock);
  ASSERT_TRUE(membership.SendHeartbeat(Heartbeat(1)).ok());
  fake = nullptr;
  EXPECT_EQ(membership.SendHeartbeat(Heartbeat(2)).status().code(), absl::StatusCode::kUnavailable);
  fake = std::make_unique<FakeControlPlane>(port);
  // gRPC's own back-off has to pass; a call fails at once until then.
  ASSERT_TRUE(channel->WaitForConnected(DeadlineAfter(absl::Seconds(20))));
  ASSERT_TRUE(membership.SendHeartbeat(Heartbeat(3)).ok());
  EXPECT_EQ(fake->heartbeats().front().sequence(), 3);
}

TEST(StreamedMembershipTest, AnErrorOfTheControlPlaneKeepsItsReason) {
  FakeControlPlane fake;
  fake.AnswerHeartbeats([](const auto&, auto&) {
    return WireError(grpc::StatusCode::FAILED_PRECONDITION, "STALE_AGENT_EPOCH", "too old");
  });
  const SystemClock clock;
  StreamedMembership membership(MakeChannel(fake.address()), clock);
  const absl::Status status = membership.SendHeartbeat(Heartbeat(1)).status();
  EXPECT_EQ(GetReason(status), Reason::kStaleAgentEpoch);
  EXPECT_EQ(fake.heartbeats().size(), 1u);
}

TEST(StreamedMembershipTest, AHeartbeatWithoutAnAnswerEndsAtItsDeadline) {
  FakeControlPlane fake;
  const SystemClock clock;
  CallTimeouts timeouts;
  timeouts.heartbeat = absl::Milliseconds(100);
  StreamedMembership membership(MakeChannel(fake.address()), clock, timeouts);
  ASSERT_TRUE(membership.SendHeartbeat(Heartbeat(1)).ok());
  fake.Hang();
  EXPECT_EQ(membership.SendHeartbeat(Heartbeat(2)).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  fake.Resume();
  const auto response = membership.SendHeartbeat(Heartbeat(3));
  EXPECT_TRUE(response.ok()) << response.status();
}

}  // namespace
}  // namespace bellwether

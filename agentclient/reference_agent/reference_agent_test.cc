#include "agentclient/reference_agent/reference_agent.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <future>
#include <string>

#include "agentclient/fake_control_plane.h"
#include "agentclient/reference_agent/kafka/test_client.h"
#include "controlplane/base/mutex.h"

namespace bellwether {
namespace {

class ReferenceAgentTest : public ::testing::Test {
 protected:
  ReferenceAgentTest() {
    options_.agent_id = "agent-1";
    options_.agent_pool_name = "apn_orders";
    options_.control_plane_address = fake_.address();
    options_.kafka_address = "127.0.0.1:0";
    options_.topics = "orders:3";
    options_.drain_period = absl::ZeroDuration();
  }

  // Runs the agent on a thread of its own; its exit status.
  std::future<int> Run() {
    return std::async(std::launch::async,
                      [this] { return RunReferenceAgent(options_, clock_, random_, shutdown_); });
  }
  int ListeningPort() {
    const std::string address = fake_.registrations().at(0).address();
    return std::stoi(address.substr(address.rfind(':') + 1));
  }

  // First, so that every thread inherits the blocked signals.
  ShutdownRequest shutdown_;
  FakeControlPlane fake_;
  AgentOptions options_;
  SystemClock clock_;
  SystemRandom random_;
};

TEST_F(ReferenceAgentTest, JoinsServesAndLeaves) {
  std::future<int> status = Run();
  fake_.AwaitHeartbeats(1);
  const v1::RegisterAgentRequest self = fake_.registrations().at(0);
  EXPECT_EQ(self.agent_id(), "agent-1");
  EXPECT_EQ(self.agent_pool(), "apn_orders");
  EXPECT_FALSE(self.boot_id().empty());
  const kafka::TestClient client(ListeningPort());
  // The connection shows in the load before long.
  size_t seen = fake_.heartbeats().size();
  while (fake_.heartbeats().back().load().connections() == 0) fake_.AwaitHeartbeats(++seen);
  EXPECT_EQ(fake_.heartbeats().back().load().connection_limit(), options_.connection_limit);
  shutdown_.Ask();
  EXPECT_EQ(status.get(), 0);
  ASSERT_EQ(fake_.deregistrations().size(), 1u);
  EXPECT_EQ(fake_.deregistrations()[0].agent_id(), "agent-1");
}

TEST_F(ReferenceAgentTest, ASignalIsAnOrderlyEnd) {
  std::future<int> status = Run();
  fake_.AwaitHeartbeats(1);
  kill(getpid(), SIGTERM);
  EXPECT_EQ(status.get(), 0);
  EXPECT_EQ(fake_.deregistrations().size(), 1u);
}

TEST_F(ReferenceAgentTest, RefusedItDoesNotStart) {
  fake_.AnswerRegistrations([](const auto&, auto&) {
    return WireError(grpc::StatusCode::FAILED_PRECONDITION, "AGENT_POOL_MISMATCH",
                     "apn_orders is not the pool of that virtual cluster");
  });
  EXPECT_EQ(Run().get(), 1);
  EXPECT_EQ(fake_.registrations().size(), 1u);
}

TEST_F(ReferenceAgentTest, UnknownStrategyIsFoundBeforeAnyConnection) {
  options_.default_partition_assignment_strategy = "singel_agent";
  EXPECT_EQ(Run().get(), 1);
  EXPECT_TRUE(fake_.registrations().empty());
}

TEST_F(ReferenceAgentTest, WrongTopicsAndAddressesAreFoundBeforeAnyConnection) {
  options_.topics = "orders";
  EXPECT_EQ(Run().get(), 1);
  options_.topics = "orders:3";
  options_.kafka_address = "0.0.0.0:0";
  EXPECT_EQ(Run().get(), 1);
  EXPECT_TRUE(fake_.registrations().empty());
}

TEST_F(ReferenceAgentTest, FencedItStops) {
  std::future<int> status = Run();
  fake_.AwaitHeartbeats(1);
  fake_.AnswerHeartbeats([](const auto&, auto&) {
    return WireError(grpc::StatusCode::FAILED_PRECONDITION, "STALE_AGENT_EPOCH", "too old");
  });
  EXPECT_EQ(status.get(), 1);
  EXPECT_TRUE(fake_.deregistrations().empty());
}

TEST_F(ReferenceAgentTest, KeptIdentityIsUsedAgain) {
  options_.agent_id = "";
  options_.state_dir = ::testing::TempDir() + "/agent";
  for (int run = 0; run < 2; ++run) {
    const size_t beaten = fake_.heartbeats().size();
    std::future<int> status = Run();
    fake_.AwaitHeartbeats(beaten + 1);
    kill(getpid(), SIGTERM);
    EXPECT_EQ(status.get(), 0);
  }
  ASSERT_EQ(fake_.registrations().size(), 2u);
  EXPECT_EQ(fake_.registrations()[0].agent_id(), fake_.registrations()[1].agent_id());
  EXPECT_NE(fake_.registrations()[0].boot_id(), fake_.registrations()[1].boot_id());
}

}  // namespace
}  // namespace bellwether

// What happens to agents and partitions is in the log.

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "bellwether/v1/agent.grpc.pb.h"
#include "bellwether/v1/agent_pool.grpc.pb.h"
#include "tests/support/control_plane_process.h"
#include "tests/support/process.h"
#include "tests/support/status_matchers.h"

namespace bellwether {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int kAgents = 5;
// More than a partition needs to be spread.
constexpr double kHotBytesPerSecond = 100e6;

// Agents that send heartbeats over one connection until the test makes them silent.
class PoolLogTest : public testing::Test {
 protected:
  PoolLogTest()
      : agents_(v1::AgentService::NewStub(
            grpc::CreateChannel(plane_.agent_address(), grpc::InsecureChannelCredentials()))) {
    for (int i = 0; i < kAgents; ++i) Register(absl::StrCat("agent-", i));
    heart_ = std::thread([this] {
      for (int sequence = 1; !done_; ++sequence) {
        for (const auto& [id, registration] : registrations_) {
          if (id != silent_id_ || !silent_) SendHeartbeat(id, registration, sequence);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
      }
    });
  }
  ~PoolLogTest() override {
    done_ = true;
    heart_.join();
  }

  void Register(const std::string& id) {
    v1::RegisterAgentRequest request;
    request.set_agent_id(id);
    request.set_boot_id("boot-1");
    request.set_address(id + ".example:9092");
    grpc::ClientContext context;
    EXPECT_GRPC_OK(agents_->RegisterAgent(&context, request, &registrations_[id]));
  }
  void SendHeartbeat(const std::string& id, const v1::RegisterAgentResponse& registration,
                     int sequence) {
    v1::HeartbeatRequest request;
    request.set_agent_id(id);
    request.set_agent_pool(registration.agent_pool());
    request.set_agent_epoch(registration.agent_epoch());
    request.set_cluster_uid(registration.cluster_uid());
    request.set_sequence(sequence);
    if (id == "agent-0") {
      v1::PartitionRate& rate = *request.add_partition_rates();
      rate.set_topic("clicks");
      rate.set_partition(7);
      rate.set_bytes_in_per_second(kHotBytesPerSecond);
    }
    grpc::ClientContext context;
    v1::HeartbeatResponse response;
    // The test looks at the log.
    [[maybe_unused]] const grpc::Status status = agents_->Heartbeat(&context, request, &response);
  }

  ControlPlaneProcess plane_{
      {"--heartbeat_interval=300ms", "--plan_interval=200ms", "--slow_start=0s"}};
  const std::unique_ptr<v1::AgentService::Stub> agents_;
  std::map<std::string, v1::RegisterAgentResponse> registrations_;
  const std::string silent_id_ = "agent-4";
  std::atomic<bool> silent_ = false;
  std::atomic<bool> done_ = false;
  std::thread heart_;
};

TEST_F(PoolLogTest, AgentsThatFallSilentOrAreDrainedAndPartitionsThatMoveHaveLines) {
  EXPECT_THAT(plane_.process().WaitForLine("event=\"partitions moved\""),
              AllOf(HasSubstr("clicks/7 to "), HasSubstr("spread:1")));
  const auto pools = v1::AgentPoolService::NewStub(
      grpc::CreateChannel(plane_.admin_address(), grpc::InsecureChannelCredentials()));
  v1::DrainAgentRequest request;
  request.set_name("agentPools/apn_default/agents/agent-1");
  grpc::ClientContext context;
  v1::Agent agent;
  ASSERT_GRPC_OK(pools->DrainAgent(&context, request, &agent));
  EXPECT_NE(plane_.process().WaitForLine("agent=agent-1 from=active to=draining"), "");
  silent_ = true;
  EXPECT_THAT(plane_.process().WaitForLine("agent=agent-4 from=active to=suspect"),
              HasSubstr("level=warning"));
  EXPECT_THAT(plane_.process().WaitForLine("agent=agent-4 from=suspect to=dead"),
              HasSubstr("level=warning"));
}

}  // namespace
}  // namespace bellwether

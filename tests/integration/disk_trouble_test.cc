// The disk fails under a real control plane: which calls are refused, which continue, and how it
// recovers.

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "bellwether/v1/agent.grpc.pb.h"
#include "bellwether/v1/discovery.grpc.pb.h"
#include "bellwether/v1/virtual_cluster.grpc.pb.h"
#include "tests/support/control_plane_process.h"
#include "tests/support/process.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace bellwether {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// `GetParam()` is how the disk fails; see tests/support/failing_disk.cc.
class DiskTroubleTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { Connect(); }

  void Connect() {
    grpc::ChannelArguments own;
    own.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    const auto admin =
        grpc::CreateCustomChannel(plane_.admin_address(), grpc::InsecureChannelCredentials(), own);
    const auto agent =
        grpc::CreateCustomChannel(plane_.agent_address(), grpc::InsecureChannelCredentials(), own);
    clusters_ = v1::VirtualClusterService::NewStub(admin);
    agents_ = v1::AgentService::NewStub(agent);
    discovery_ = v1::DiscoveryService::NewStub(agent);
  }
  void BreakDisk() { std::ofstream(switch_) << GetParam(); }
  void HealDisk() { std::filesystem::remove(switch_); }

  grpc::Status Create(const std::string& id) {
    grpc::ClientContext context;
    v1::CreateVirtualClusterRequest request;
    request.set_virtual_cluster_id(id);
    v1::VirtualCluster cluster;
    return clusters_->CreateVirtualCluster(&context, request, &cluster);
  }
  grpc::Status Get(const std::string& id) {
    grpc::ClientContext context;
    v1::GetVirtualClusterRequest request;
    request.set_name("virtualClusters/" + id);
    v1::VirtualCluster cluster;
    return clusters_->GetVirtualCluster(&context, request, &cluster);
  }
  void Join() {
    grpc::ClientContext context;
    v1::RegisterAgentRequest request;
    request.set_agent_id("agent-0");
    request.set_boot_id("boot-1");
    request.set_agent_pool("apn_orders");
    request.set_address("agent-0.example:9092");
    EXPECT_GRPC_OK(agents_->RegisterAgent(&context, request, &registration_));
    EXPECT_GRPC_OK(SendHeartbeat());
  }
  grpc::Status SendHeartbeat() {
    grpc::ClientContext context;
    v1::HeartbeatRequest request;
    request.set_agent_id("agent-0");
    request.set_agent_pool(registration_.agent_pool());
    request.set_agent_epoch(registration_.agent_epoch());
    request.set_cluster_uid(registration_.cluster_uid());
    request.set_sequence(++sequence_);
    v1::HeartbeatResponse response;
    return agents_->Heartbeat(&context, request, &response);
  }
  grpc::Status Resolve() {
    grpc::ClientContext context;
    v1::ResolveLeadersRequest request;
    request.set_virtual_cluster("orders");
    request.add_topics()->set_topic("t");
    request.mutable_topics(0)->set_partition_count(3);
    v1::ResolveLeadersResponse response;
    return discovery_->ResolveLeaders(&context, request, &response);
  }
  // The status of `name` in the health service of a port.
  std::string Health(const std::string& address, const std::string& name) {
    return RunCommand({ProgramFromEnvironment("GRPCURL"), "-plaintext", "-d",
                       "{\"service\":\"" + name + "\"}", address, "grpc.health.v1.Health/Check"})
        .output;
  }
  // Waits until both ports report this status of the store; a minute is more than enough.
  void AwaitStoreHealth(const std::string& expected) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    for (const std::string& address : {plane_.admin_address(), plane_.agent_address()}) {
      std::string said;
      do {
        said = Health(address, "bellwether.store");
      } while (said.find("\"" + expected + "\"") == std::string::npos &&
               std::chrono::steady_clock::now() < deadline);
      EXPECT_THAT(said, HasSubstr("\"" + expected + "\""));
    }
  }

  TempDir directory_;
  const std::string switch_ = directory_.path() + "/failing_disk";
  // Leases longer than any machine takes over this test.
  ControlPlaneProcess plane_{
      {"--heartbeat_interval=60s"},
      {{"LD_PRELOAD", std::filesystem::absolute(ProgramFromEnvironment("FAILING_DISK_LIBRARY"))},
       {"FAILING_DISK", switch_}}};
  std::unique_ptr<v1::VirtualClusterService::Stub> clusters_;
  std::unique_ptr<v1::AgentService::Stub> agents_;
  std::unique_ptr<v1::DiscoveryService::Stub> discovery_;
  v1::RegisterAgentResponse registration_;
  int64_t sequence_ = 0;
};

TEST_P(DiskTroubleTest, ChangesAreRefusedTheRestGoesOnHealthTellsAndItRecoversByItself) {
  ASSERT_GRPC_OK(Create("orders"));
  Join();
  AwaitStoreHealth("SERVING");

  BreakDisk();
  for (int attempt = 0; attempt < 3; ++attempt) {
    const grpc::Status refused = Create("clicks");
    EXPECT_GRPC_ERROR(refused, grpc::StatusCode::UNAVAILABLE, "STORE_UNAVAILABLE");
    EXPECT_THAT(refused.error_message(),
                AllOf(HasSubstr(plane_.data_dir()), HasSubstr("check that its disk has room")));
    EXPECT_GRPC_OK(Get("orders"));
    EXPECT_GRPC_OK(SendHeartbeat());
    EXPECT_GRPC_OK(Resolve());
  }
  AwaitStoreHealth("NOT_SERVING");
  // A disk failure must not cause a restart, nor send agents elsewhere.
  for (const char* name : {"", "bellwether.v1.AgentService", "bellwether.v1.DiscoveryService"}) {
    EXPECT_THAT(Health(plane_.agent_address(), name), HasSubstr("\"SERVING\""));
  }
  EXPECT_THAT(Health(plane_.admin_address(), ""), HasSubstr("\"SERVING\""));

  HealDisk();
  // No change is asked for meanwhile.
  AwaitStoreHealth("SERVING");
  EXPECT_GRPC_ERROR(Get("clicks"), grpc::StatusCode::NOT_FOUND, "VIRTUAL_CLUSTER_NOT_FOUND");
  EXPECT_GRPC_OK(Create("clicks"));

  EXPECT_EQ(plane_.Stop(SIGKILL), -SIGKILL);
  plane_.Start();
  Connect();
  EXPECT_GRPC_OK(Get("orders"));
  EXPECT_GRPC_OK(Get("clicks"));
  EXPECT_GRPC_OK(Resolve());
}

INSTANTIATE_TEST_SUITE_P(Disk, DiskTroubleTest, testing::Values("full", "sync"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace bellwether

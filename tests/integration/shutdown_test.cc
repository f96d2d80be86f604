// The control plane stops under load: every error that a client gets can be solved by a retry.

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bellwether/v1/agent.grpc.pb.h"
#include "bellwether/v1/discovery.grpc.pb.h"
#include "bellwether/v1/virtual_cluster.grpc.pb.h"
#include "tests/support/control_plane_process.h"
#include "tests/support/process.h"
#include "tests/support/status_matchers.h"

namespace bellwether {
namespace {

constexpr absl::Duration kGrace = absl::Seconds(3);

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  // An own connection for each.
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

class ShutdownTest : public testing::Test {
 protected:
  ShutdownTest() : plane_({"--shutdown_grace=3s"}) {
    v1::RegisterAgentRequest request;
    request.set_agent_id("agent-0");
    request.set_boot_id("boot-1");
    request.set_address("agent-0.example:9092");
    grpc::ClientContext context;
    v1::RegisterAgentResponse response;
    EXPECT_GRPC_OK(v1::AgentService::NewStub(Connect(plane_.agent_address()))
                       ->RegisterAgent(&context, request, &response));
  }

  // Queries leaders repeatedly until the test ends it.
  void AskForLeaders() {
    const auto stub = v1::DiscoveryService::NewStub(Connect(plane_.agent_address()));
    v1::ResolveLeadersRequest request;
    request.set_virtual_cluster("vcn_default");
    request.add_topics()->set_topic("t");
    request.mutable_topics(0)->set_partition_count(64);
    while (!done_) {
      v1::ResolveLeadersResponse response;
      const bool answered = UntilAnswered([&](grpc::ClientContext* context) {
        return stub->ResolveLeaders(context, request, &response);
      });
      if (answered) {
        EXPECT_EQ(response.topics(0).leader_broker_ids_size(), 64);
      }
    }
  }
  // Makes durable changes repeatedly; `thread` distinguishes the clusters that each thread creates.
  // Acknowledged ones are added to `acknowledged`.
  void CreateClusters(int thread, std::vector<std::string>& acknowledged) {
    const auto stub = v1::VirtualClusterService::NewStub(Connect(plane_.admin_address()));
    for (int i = 0; !done_; ++i) {
      v1::CreateVirtualClusterRequest request;
      request.set_virtual_cluster_id("t" + std::to_string(thread) + "-" + std::to_string(i));
      // Makes a retry safe, whatever the result of the first attempt.
      request.set_request_id(request.virtual_cluster_id());
      v1::VirtualCluster cluster;
      const bool answered = UntilAnswered([&](grpc::ClientContext* context) {
        return stub->CreateVirtualCluster(context, request, &cluster);
      });
      if (answered) acknowledged.push_back(cluster.name());
    }
  }

  // Tries a call until it is answered, and takes note of errors that must not be. Whether it was
  // answered before the end.
  template <typename Call>
  bool UntilAnswered(const Call& call) {
    while (!done_) {
      grpc::ClientContext context;
      context.set_wait_for_ready(true);
      const grpc::Status status = call(&context);
      if (status.ok()) {
        ++answers_;
        return true;
      }
      if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
        ++to_be_tried_again_;
      } else {
        ++wrong_;
        ADD_FAILURE() << status.error_code() << ": " << status.error_message();
      }
    }
    return false;
  }

  ControlPlaneProcess plane_;
  std::atomic<bool> done_ = false;
  std::atomic<int> answers_ = 0;
  std::atomic<int> to_be_tried_again_ = 0;
  std::atomic<int> wrong_ = 0;
};

TEST_F(ShutdownTest, SigtermUnderLoadLosesNoAnswerAndNoChange) {
  std::vector<std::vector<std::string>> acknowledged(3);
  std::vector<std::thread> clients;
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back([this] { AskForLeaders(); });
    clients.emplace_back([this, i, &acknowledged] { CreateClusters(i, acknowledged[i]); });
  }
  Process probe({ProgramFromEnvironment("GRPCURL"), "-plaintext", "-d",
                 "{\"service\":\"bellwether.v1.DiscoveryService\"}", plane_.agent_address(),
                 "grpc.health.v1.Health/Watch"});
  probe.WaitForLine("SERVING");
  for (int restart = 0; restart < 3; ++restart) {
    const int before = answers_;
    while (answers_ < before + 200 && wrong_ == 0) std::this_thread::yield();
    const absl::Time start = absl::Now();
    EXPECT_EQ(plane_.Stop(SIGTERM), 0);
    EXPECT_LT(absl::Now() - start, kGrace + absl::Seconds(2));
    plane_.Start();
  }
  EXPECT_THAT(probe.WaitForLine("NOT_SERVING"), testing::HasSubstr("NOT_SERVING"))
      << "the connection was closed before health said so";
  const int before = answers_;
  while (answers_ < before + 200 && wrong_ == 0) std::this_thread::yield();
  done_ = true;
  for (std::thread& client : clients) client.join();
  EXPECT_GT(to_be_tried_again_, 0) << "it was never away";

  const auto stub = v1::VirtualClusterService::NewStub(Connect(plane_.admin_address()));
  for (const std::vector<std::string>& names : acknowledged) {
    EXPECT_FALSE(names.empty());
    for (const std::string& name : names) {
      v1::GetVirtualClusterRequest request;
      request.set_name(name);
      grpc::ClientContext context;
      v1::VirtualCluster cluster;
      EXPECT_GRPC_OK(stub->GetVirtualCluster(&context, request, &cluster));
    }
  }
}

}  // namespace
}  // namespace bellwether

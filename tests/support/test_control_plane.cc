#include "tests/support/test_control_plane.h"

#include <grpcpp/create_channel.h>

#include <utility>

#include "controlplane/store/rocksdb_metadata_store.h"
#include "gtest/gtest.h"
#include "tests/support/process.h"
#include "tests/support/status_matchers.h"

namespace bellwether {
namespace {

std::shared_ptr<grpc::Channel> Connect(int port) {
  return grpc::CreateChannel("127.0.0.1:" + std::to_string(port),
                             grpc::InsecureChannelCredentials());
}

}  // namespace

TestControlPlane::TestControlPlane(const PlanOptions& plan) : plan_(plan) { Start(); }

TestControlPlane::TestControlPlane(Decorate decorate) : decorate_(std::move(decorate)) { Start(); }

void TestControlPlane::Start() {
  ServerOptions options;
  options.agent_address = "127.0.0.1:0";
  options.admin_address = "127.0.0.1:0";
  options.metrics_address = "127.0.0.1:0";
  options.data_dir = directory_.path() + "/data";
  options.plan = plan_;
  // Balancing rounds run only when the test calls for them.
  options.plan_interval = absl::Hours(24);
  options.clock_is_real = false;
  options.shutdown_grace = absl::Milliseconds(100);
  options.watch_patience = absl::Milliseconds(300);
  absl::StatusOr<std::unique_ptr<MetadataStore>> store =
      RocksDbMetadataStore::Open(options.data_dir);
  ASSERT_TRUE(store.ok()) << store.status();
  if (decorate_) store = decorate_(*std::move(store));
  absl::StatusOr<std::unique_ptr<Server>> server =
      Server::StartOn(*std::move(store), options, clock_, random_, random_);
  ASSERT_TRUE(server.ok()) << server.status();
  server_ = *std::move(server);
  clusters_ = v1::VirtualClusterService::NewStub(Connect(server_->admin_port()));
  pools_ = v1::AgentPoolService::NewStub(Connect(server_->admin_port()));
  agents_ = v1::AgentService::NewStub(Connect(server_->agent_port()));
  discovery_ = v1::DiscoveryService::NewStub(Connect(server_->agent_port()));
}

void TestControlPlane::Restart() {
  server_.reset();
  Start();
}

v1::RegisterAgentRequest TestControlPlane::Registration(const std::string& agent_id,
                                                        const std::string& agent_pool,
                                                        const std::string& boot_id) {
  v1::RegisterAgentRequest request;
  request.set_agent_id(agent_id);
  request.set_boot_id(boot_id);
  request.set_agent_pool(agent_pool);
  request.set_address(agent_id + ".example:9092");
  return request;
}

v1::RegisterAgentResponse TestControlPlane::Register(const v1::RegisterAgentRequest& request) {
  grpc::ClientContext context;
  v1::RegisterAgentResponse response;
  EXPECT_GRPC_OK(agents_->RegisterAgent(&context, request, &response));
  return response;
}

grpc::Status TestControlPlane::SendHeartbeat(const std::string& agent_id,
                                             const v1::RegisterAgentResponse& registration,
                                             int64_t sequence, v1::HeartbeatResponse* response) {
  v1::HeartbeatRequest request;
  request.set_agent_id(agent_id);
  request.set_agent_pool(registration.agent_pool());
  request.set_agent_epoch(registration.agent_epoch());
  request.set_cluster_uid(registration.cluster_uid());
  request.set_sequence(sequence);
  grpc::ClientContext context;
  v1::HeartbeatResponse ignored;
  return agents_->Heartbeat(&context, request, response == nullptr ? &ignored : response);
}

v1::RegisterAgentResponse TestControlPlane::Join(const std::string& agent_id,
                                                 const std::string& agent_pool) {
  const v1::RegisterAgentResponse registration = Register(Registration(agent_id, agent_pool));
  EXPECT_GRPC_OK(SendHeartbeat(agent_id, registration, 1));
  return registration;
}

grpc::Status TestControlPlane::Resolve(const std::string& virtual_cluster,
                                       const std::string& client_id, int partitions,
                                       v1::ResolveLeadersResponse* response,
                                       const std::string& asked_agent) {
  v1::ResolveLeadersRequest request;
  request.set_virtual_cluster(virtual_cluster);
  request.set_client_id(client_id);
  request.set_client_address("10.0.0.1:40000");
  request.set_agent_id(asked_agent);
  v1::TopicPartitions& topic = *request.add_topics();
  topic.set_topic("t");
  topic.set_partition_count(partitions);
  grpc::ClientContext context;
  response->Clear();
  return discovery_->ResolveLeaders(&context, request, response);
}

std::string TestControlPlane::Metrics() const {
  const CommandResult result =
      RunCommand({"/bin/bash", "-c",
                  "exec 3<>/dev/tcp/127.0.0.1/" + std::to_string(server_->metrics_port()) +
                      "; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; sed '1,/^\\r$/d' <&3"});
  EXPECT_EQ(result.status, 0) << result.output;
  return result.output;
}

}  // namespace bellwether

// A client that opens an unlimited number of connections does not affect others.

#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "bellwether/v1/agent.grpc.pb.h"
#include "bellwether/v1/maintenance.grpc.pb.h"
#include "bellwether/v1/virtual_cluster.grpc.pb.h"
#include "tests/support/control_plane_process.h"
#include "tests/support/temp_dir.h"

namespace bellwether {
namespace {

constexpr int kOpenFiles = 1'024;

// Idle connections.
class Flood {
 public:
  explicit Flood(absl::string_view address) {
    rlimit limit = {};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    EXPECT_TRUE(absl::SimpleAtoi(address.substr(address.rfind(':') + 1), &port_));
  }
  ~Flood() { End(); }
  Flood(const Flood&) = delete;
  Flood& operator=(const Flood&) = delete;

  void Open(int connections) {
    sockaddr_in server = {};
    server.sin_family = AF_INET;
    server.sin_port = htons(static_cast<uint16_t>(port_));
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < connections; ++i) {
      const int connection = socket(AF_INET, SOCK_STREAM, 0);
      ASSERT_GE(connection, 0);
      connections_.push_back(connection);
      ASSERT_EQ(connect(connection, reinterpret_cast<sockaddr*>(&server), sizeof(server)), 0);
    }
  }
  // Waits until the server has closed the last of them, however long that takes.
  void AwaitRefusal() {
    pollfd last = {connections_.back(), POLLRDHUP, 0};
    ASSERT_EQ(poll(&last, 1, -1), 1);
  }
  void End() {
    for (const int connection : connections_) close(connection);
    connections_.clear();
  }

 private:
  int port_ = 0;
  std::vector<int> connections_;
};

// Over a connection of its own.
std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

grpc::Status CreateVirtualCluster(const std::string& admin_address, const std::string& id) {
  const auto admins = v1::VirtualClusterService::NewStub(Connect(admin_address));
  grpc::ClientContext context;
  context.set_wait_for_ready(true);
  v1::CreateVirtualClusterRequest request;
  request.set_virtual_cluster_id(id);
  v1::VirtualCluster cluster;
  return admins->CreateVirtualCluster(&context, request, &cluster);
}

grpc::Status RegisterAgent(v1::AgentService::Stub& agents) {
  grpc::ClientContext context;
  context.set_wait_for_ready(true);
  v1::RegisterAgentRequest request;
  request.set_agent_id("agent-1");
  request.set_boot_id("boot-1");
  request.set_address("127.0.0.1:9092");
  v1::RegisterAgentResponse response;
  return agents.RegisterAgent(&context, request, &response);
}

TEST(ConnectionFloodTest, AFloodOfConnectionsLocksOutNobodyElseAndIsOverWhenItEnds) {
  ControlPlaneProcess control_plane({absl::StrCat("--max_open_files=", kOpenFiles)});
  const auto known = v1::AgentService::NewStub(Connect(control_plane.agent_address()));
  ASSERT_TRUE(RegisterAgent(*known).ok());

  Flood flood(control_plane.agent_address());
  flood.Open(kOpenFiles + 100);
  flood.AwaitRefusal();
  EXPECT_NE(control_plane.process().WaitForLine("connection limit reached"), "");
  // Agents that are connected, admins and the store go on.
  EXPECT_TRUE(RegisterAgent(*known).ok());
  const grpc::Status created = CreateVirtualCluster(control_plane.admin_address(), "orders");
  EXPECT_TRUE(created.ok()) << created.error_message();

  flood.End();
  const auto late = v1::AgentService::NewStub(Connect(control_plane.agent_address()));
  const grpc::Status registered = RegisterAgent(*late);
  EXPECT_TRUE(registered.ok()) << registered.error_message();
  EXPECT_EQ(control_plane.Stop(SIGTERM), 0);
}

TEST(ConnectionFloodTest, AFloodOfAdminsLeavesTheStoreItsFiles) {
  const TempDir backups;
  ControlPlaneProcess control_plane(
      {absl::StrCat("--max_open_files=", kOpenFiles), "--backup_dir=" + backups.path()});
  const auto known = v1::MaintenanceService::NewStub(Connect(control_plane.admin_address()));
  // Which opens files.
  const auto back_up = [&] {
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    v1::Backup backup;
    return known->CreateBackup(&context, {}, &backup);
  };
  ASSERT_TRUE(back_up().ok());
  Flood flood(control_plane.admin_address());
  flood.Open(kOpenFiles + 100);
  flood.AwaitRefusal();
  const grpc::Status backed_up = back_up();
  EXPECT_TRUE(backed_up.ok()) << backed_up.error_message();
  flood.End();
  const grpc::Status created = CreateVirtualCluster(control_plane.admin_address(), "orders");
  EXPECT_TRUE(created.ok()) << created.error_message();
  EXPECT_EQ(control_plane.Stop(SIGTERM), 0);
}

TEST(ConnectionFloodTest, WithTooFewFilesItDoesNotStart) {
  const CommandResult refused =
      RunCommand({"/bin/sh", "-c",
                  "ulimit -n 200; exec \"$BELLWETHER\" --agent_address=127.0.0.1:0 "
                  "--admin_address=127.0.0.1:0 --metrics_address=127.0.0.1:0 "
                  "--data_dir=\"$TEST_TMPDIR/data\""});
  EXPECT_EQ(refused.status, 1);
  EXPECT_NE(refused.output.find("200 files and connections"), std::string::npos) << refused.output;
  EXPECT_NE(refused.output.find("LimitNOFILE"), std::string::npos) << refused.output;
}

}  // namespace
}  // namespace bellwether

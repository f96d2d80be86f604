// Backups, restores, exports and imports as an operator makes them: the real binary, real files.

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "bellwether/v1/agent.grpc.pb.h"
#include "bellwether/v1/discovery.grpc.pb.h"
#include "bellwether/v1/maintenance.grpc.pb.h"
#include "bellwether/v1/virtual_cluster.grpc.pb.h"
#include "tests/support/control_plane_process.h"
#include "tests/support/process.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace bellwether {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::string Read(const std::string& file) {
  std::ostringstream content;
  content << std::ifstream(file, std::ios::binary).rdbuf();
  return content.str();
}

bool Same(const v1::VirtualCluster& a, const v1::VirtualCluster& b) {
  return google::protobuf::util::MessageDifferencer::Equals(a, b);
}

// What one control plane is asked.
class Client {
 public:
  explicit Client(const ControlPlaneProcess& plane)
      : admin_(grpc::CreateChannel(plane.admin_address(), grpc::InsecureChannelCredentials())),
        agent_(grpc::CreateChannel(plane.agent_address(), grpc::InsecureChannelCredentials())) {}

  v1::VirtualCluster Create(const std::string& id) {
    grpc::ClientContext context;
    v1::CreateVirtualClusterRequest request;
    request.set_virtual_cluster_id(id);
    request.mutable_virtual_cluster()->set_display_name(id);
    v1::VirtualCluster cluster;
    EXPECT_GRPC_OK(clusters_->CreateVirtualCluster(&context, request, &cluster));
    return cluster;
  }
  v1::VirtualCluster Get(const std::string& id) {
    grpc::ClientContext context;
    v1::GetVirtualClusterRequest request;
    request.set_name("virtualClusters/" + id);
    v1::VirtualCluster cluster;
    EXPECT_GRPC_OK(clusters_->GetVirtualCluster(&context, request, &cluster));
    return cluster;
  }
  grpc::Status CreateBackup(v1::Backup* backup) {
    grpc::ClientContext context;
    return maintenance_->CreateBackup(&context, {}, backup);
  }
  v1::ListBackupsResponse ListBackups(int page_size, const std::string& page_token) {
    grpc::ClientContext context;
    v1::ListBackupsRequest request;
    request.set_page_size(page_size);
    request.set_page_token(page_token);
    v1::ListBackupsResponse page;
    EXPECT_GRPC_OK(maintenance_->ListBackups(&context, request, &page));
    return page;
  }
  v1::RegisterAgentResponse Register(const std::string& agent_id) {
    grpc::ClientContext context;
    v1::RegisterAgentRequest request;
    request.set_agent_id(agent_id);
    request.set_boot_id("boot-1");
    request.set_agent_pool("apn_orders");
    request.set_address(agent_id + ".example:9092");
    v1::RegisterAgentResponse response;
    EXPECT_GRPC_OK(agents_->RegisterAgent(&context, request, &response));
    return response;
  }
  v1::HeartbeatResponse SendHeartbeat(const std::string& agent_id,
                                      const v1::RegisterAgentResponse& registration) {
    grpc::ClientContext context;
    v1::HeartbeatRequest request;
    request.set_agent_id(agent_id);
    request.set_agent_pool(registration.agent_pool());
    request.set_agent_epoch(registration.agent_epoch());
    request.set_cluster_uid(registration.cluster_uid());
    request.set_sequence(1);
    v1::HeartbeatResponse response;
    EXPECT_GRPC_OK(agents_->Heartbeat(&context, request, &response));
    return response;
  }
  grpc::Status Resolve(v1::ResolveLeadersResponse* response) {
    grpc::ClientContext context;
    v1::ResolveLeadersRequest request;
    request.set_virtual_cluster("orders");
    request.add_topics()->set_topic("t");
    request.mutable_topics(0)->set_partition_count(1);
    return discovery_->ResolveLeaders(&context, request, response);
  }

 private:
  std::shared_ptr<grpc::Channel> admin_;
  std::shared_ptr<grpc::Channel> agent_;
  std::unique_ptr<v1::VirtualClusterService::Stub> clusters_ =
      v1::VirtualClusterService::NewStub(admin_);
  std::unique_ptr<v1::MaintenanceService::Stub> maintenance_ =
      v1::MaintenanceService::NewStub(admin_);
  std::unique_ptr<v1::AgentService::Stub> agents_ = v1::AgentService::NewStub(agent_);
  std::unique_ptr<v1::DiscoveryService::Stub> discovery_ = v1::DiscoveryService::NewStub(agent_);
};

class BackupTest : public testing::Test {
 protected:
  CommandResult Run(const std::string& command, const std::vector<std::string>& flags) {
    std::vector<std::string> line = {ProgramFromEnvironment("BELLWETHER"), command};
    line.insert(line.end(), flags.begin(), flags.end());
    return RunCommand(line);
  }
  void ExpectRefused(const CommandResult& result, const std::string& what,
                     const std::string& remedy) {
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.output, AllOf(HasSubstr(what), HasSubstr(remedy)));
  }
  v1::Backup Backup() {
    v1::Backup backup;
    EXPECT_GRPC_OK(Client(plane_).CreateBackup(&backup));
    return backup;
  }
  std::string Path(const std::string& name) const { return directory_.path() + "/" + name; }

  TempDir directory_;
  ControlPlaneProcess plane_{{"--backup_dir=" + Path("backups")}};
};

TEST_F(BackupTest, ABackupMadeWhileAdminsWriteRestoresWhatWasAcknowledgedBefore) {
  std::mutex mutex;
  std::map<std::string, v1::VirtualCluster> acknowledged;
  std::atomic<bool> stop = false;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&, writer] {
      Client client(plane_);
      for (int n = 0; !stop; ++n) {
        const std::string id = absl::StrCat("c", writer, "-", n);
        const v1::VirtualCluster created = client.Create(id);
        const std::lock_guard<std::mutex> lock(mutex);
        acknowledged[id] = created;
      }
    });
  }
  std::map<std::string, v1::VirtualCluster> expected;
  v1::Backup backup;
  for (int round = 0; round < 3; ++round) {
    size_t before = 0;
    do {
      const std::lock_guard<std::mutex> lock(mutex);
      expected = acknowledged;
      before = before == 0 ? expected.size() + 1 : before;
    } while (expected.size() < before);
    backup = Backup();
  }
  stop = true;
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(plane_.Stop(SIGKILL), -SIGKILL);

  const CommandResult restored =
      Run("restore", {"--backup=" + backup.path(), "--data_dir=" + Path("restored")});
  ASSERT_EQ(restored.status, 0) << restored.output;
  EXPECT_THAT(restored.output, HasSubstr(backup.cluster_uid()));
  const ControlPlaneProcess again(
      {"--data_dir=" + Path("restored"), "--cluster_uid=" + backup.cluster_uid()});
  Client client(again);
  for (const auto& [id, cluster] : expected) {
    EXPECT_TRUE(Same(client.Get(id), cluster)) << id;
  }
  EXPECT_GE(expected.size(), 3);
}

TEST_F(BackupTest, AgentsJoinARestoredControlPlaneAnew) {
  Client before(plane_);
  before.Create("orders");
  before.Register("agent-gone");
  const v1::Backup backup = Backup();
  // More commits than a restart makes before it takes agents.
  for (int n = 0; n < 8; ++n) before.Register(absl::StrCat("agent-between-", n));
  const v1::RegisterAgentResponse later = before.Register("agent-later");
  EXPECT_EQ(plane_.Stop(SIGKILL), -SIGKILL);
  ASSERT_EQ(Run("restore", {"--backup=" + backup.path(), "--data_dir=" + Path("restored")}).status,
            0);
  const ControlPlaneProcess restored({"--data_dir=" + Path("restored")});
  Client after(restored);
  v1::ResolveLeadersResponse answer;
  // No agent from the time of the backup is returned, because it may no longer exist.
  EXPECT_GRPC_ERROR(after.Resolve(&answer), grpc::StatusCode::UNAVAILABLE, "NO_LIVE_AGENT");
  EXPECT_TRUE(after.SendHeartbeat("agent-later", later).reregister());
  const v1::RegisterAgentResponse joined = after.Register("agent-later");
  EXPECT_GT(joined.agent_epoch(), later.agent_epoch()) << "an epoch was given a second time";
  EXPECT_EQ(joined.broker_id(), later.broker_id());
  EXPECT_FALSE(after.SendHeartbeat("agent-later", joined).reregister());
  ASSERT_GRPC_OK(after.Resolve(&answer));
  EXPECT_EQ(answer.brokers(0).agent_id(), "agent-later");
}

TEST_F(BackupTest, BackupsAreListedOldestFirstPageByPage) {
  Client client(plane_);
  std::vector<std::string> made;
  for (int n = 0; n < 3; ++n) {
    client.Create(absl::StrCat("c", n));
    made.push_back(Backup().name());
  }
  std::vector<std::string> listed;
  std::string token;
  do {
    const v1::ListBackupsResponse page = client.ListBackups(2, token);
    for (const v1::Backup& backup : page.backups()) {
      listed.push_back(backup.name());
      EXPECT_TRUE(fs::is_directory(backup.path())) << backup.path();
    }
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_EQ(listed, made);
}

TEST_F(BackupTest, WithoutABackupDirItSaysWhatToDo) {
  const ControlPlaneProcess plane;
  v1::Backup backup;
  const grpc::Status status = Client(plane).CreateBackup(&backup);
  EXPECT_GRPC_ERROR(status, grpc::StatusCode::FAILED_PRECONDITION, "BACKUP_UNAVAILABLE");
  EXPECT_THAT(status.error_message(), HasSubstr("--backup_dir"));
}

TEST_F(BackupTest, NothingIsOverwrittenAndWhatIsWrongIsRefusedWithTheRemedy) {
  Client(plane_).Create("orders");
  const v1::Backup backup = Backup();
  const std::string from = "--backup=" + backup.path();
  const std::string into = "--data_dir=" + Path("restored");
  ExpectRefused(Run("restore", {into}), "--backup=DIRECTORY", "ListBackups");
  ExpectRefused(Run("restore", {from, "--data_dir=" + plane_.data_dir()}), "not empty",
                "choose an empty directory");
  ExpectRefused(Run("restore", {from, into, "--cluster_uid=cls_another"}), backup.cluster_uid(),
                "correct --cluster_uid");
  ExpectRefused(Run("restore", {"--backup=" + Path("backups"), into}),
                "does not contain a metadata store", "a backup");
  ExpectRefused(Run("inspect", {"--data_dir=" + plane_.data_dir()}), "open in another process",
                "stop that process");
  EXPECT_FALSE(fs::exists(Path("restored"))) << "a refusal left something behind";

  for (const auto& file : fs::directory_iterator(backup.path())) {
    if (file.path().extension() != ".sst") continue;
    std::fstream table(file.path(), std::ios::in | std::ios::out | std::ios::binary);
    table.seekp(20);
    table.put('!');
  }
  ExpectRefused(Run("inspect", {"--data_dir=" + backup.path()}), "damaged", "check the disk");
  ExpectRefused(Run("restore", {from, into}), "damaged", "check the disk");
  EXPECT_FALSE(fs::exists(Path("restored")));
}

TEST_F(BackupTest, AnExportIsImportedWithEveryEtag) {
  const v1::VirtualCluster created = Client(plane_).Create("orders");
  const v1::Backup backup = Backup();
  const std::string file = "--file=" + Path("export.jsonl");
  const CommandResult exported = Run("export", {"--data_dir=" + backup.path(), file});
  ASSERT_EQ(exported.status, 0) << exported.output;
  ExpectRefused(Run("export", {"--data_dir=" + backup.path(), file}), "exists", "choose another");
  EXPECT_EQ(Run("export", {"--data_dir=" + backup.path()}).output, Read(Path("export.jsonl")));

  std::ofstream(Path("damaged.jsonl")) << absl::StrReplaceAll(
      Read(Path("export.jsonl")), {{"\"id\":\"apn_orders\"", "\"id\":\"apn_other\""}});
  ExpectRefused(Run("import", {"--file=" + Path("damaged.jsonl"), "--data_dir=" + Path("new")}),
                "line 3 of the export", "correct it");
  std::ofstream(Path("newer.jsonl")) << absl::StrReplaceAll(
      Read(Path("export.jsonl")), {{"\"format_version\":1", "\"format_version\":2"}});
  ExpectRefused(Run("import", {"--file=" + Path("newer.jsonl"), "--data_dir=" + Path("new")}),
                "line 1 of the export", "newer one");
  EXPECT_FALSE(fs::exists(Path("new"))) << "a refusal left something behind";

  const CommandResult imported = Run("import", {file, "--data_dir=" + Path("new")});
  ASSERT_EQ(imported.status, 0) << imported.output;
  EXPECT_EQ(Run("inspect", {"--data_dir=" + Path("new")}).status, 0);
  const ControlPlaneProcess plane({"--data_dir=" + Path("new")});
  EXPECT_TRUE(Same(Client(plane).Get("orders"), created));
}

// The commands that deploy/README.md shows, on other paths and ports.
TEST_F(BackupTest, TheExampleInTheDocumentationWorks) {
  Client(plane_).Create("orders");
  const std::string text = Read("deploy/README.md");
  const size_t section = text.find("## Back up and restore");
  ASSERT_NE(section, std::string::npos);
  const size_t begin = text.find("```sh\n", section) + 6;
  const std::string example = text.substr(begin, text.find("```", begin) - begin);
  const std::string script =
      absl::StrReplaceAll(example, {{"localhost:7421", plane_.admin_address()},
                                    {"/var/lib/bellwether/restored", Path("restored")},
                                    {"/var/lib/bellwether-backups", Path("backups")},
                                    {"bellwether ", ProgramFromEnvironment("BELLWETHER") + " "},
                                    {"grpcurl ", ProgramFromEnvironment("GRPCURL") + " "}});
  const CommandResult result = RunCommand({"/bin/sh", "-euxc", script});
  EXPECT_EQ(result.status, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("valid: every block and every record is readable"));
  EXPECT_EQ(Run("inspect", {"--data_dir=" + Path("restored")}).status, 0);
}

}  // namespace
}  // namespace bellwether

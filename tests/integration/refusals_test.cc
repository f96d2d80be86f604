// The real process refuses to start on data that must not be served, and prints the remedy.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "bellwether/storage/v1/records.pb.h"
#include "controlplane/catalog/keys.h"
#include "controlplane/store/rocksdb_metadata_store.h"
#include "tests/support/control_plane_process.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace bellwether {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class RefusalsTest : public testing::Test {
 protected:
  // Starts a control plane on the data of `plane_`, and expects that it refuses.
  void ExpectRefused(const std::string& what, const std::string& remedy,
                     const std::string& flag = "--slow_start=10s") {
    Process process({ProgramFromEnvironment("BELLWETHER"), "--agent_address=127.0.0.1:0",
                     "--admin_address=127.0.0.1:0", "--metrics_address=127.0.0.1:0",
                     "--data_dir=" + plane_.data_dir(), flag});
    const std::string refusal = process.WaitForLine("start failed");
    ASSERT_FALSE(refusal.empty()) << "it serves what it must not serve";
    EXPECT_THAT(refusal, AllOf(HasSubstr(what), HasSubstr(remedy)));
    EXPECT_EQ(process.Wait(), 1);
  }
  // Stops the control plane and writes `value` into its store.
  void Write(const std::string& key, const std::string& value) {
    plane_.Stop(SIGTERM);
    auto store = RocksDbMetadataStore::Open(plane_.data_dir());
    ASSERT_TRUE(store.ok()) << store.status();
    ASSERT_TRUE((*store)->Commit({{}, {{key, value}}}).ok());
  }

  ControlPlaneProcess plane_;
};

TEST_F(RefusalsTest, AnotherClustersData) {
  plane_.Stop(SIGTERM);
  ExpectRefused("belongs to cluster cls_", "use the data of that cluster",
                "--cluster_uid=cls_another");
  plane_.Start();
}

TEST_F(RefusalsTest, AnEmptyVolumeWhereDataIsExpected) {
  plane_.Stop(SIGTERM);
  fs::remove_all(plane_.data_dir());
  ExpectRefused("is empty", "mount the volume", "--cluster_uid=cls_another");
}

TEST_F(RefusalsTest, ANewerSchema) {
  storage::v1::ClusterRecord newer;
  newer.set_cluster_uid("cls_1");
  newer.set_schema_version(99);
  Write(std::string(kClusterKey), newer.SerializeAsString());
  ExpectRefused("schema version 99", "start the newer control plane");
}

TEST_F(RefusalsTest, ADamagedBlock) {
  // The log of a run becomes a table at the next start.
  plane_.Stop(SIGKILL);
  plane_.Start();
  plane_.Stop(SIGKILL);
  int damaged = 0;
  for (const auto& file : fs::directory_iterator(plane_.data_dir())) {
    if (file.path().extension() != ".sst") continue;
    std::fstream table(file.path(), std::ios::in | std::ios::out | std::ios::binary);
    table.seekp(20);
    table.put('!');
    ++damaged;
  }
  ASSERT_GT(damaged, 0);
  ExpectRefused("is damaged", "restore a backup into an empty directory");
}

TEST_F(RefusalsTest, ARecordThatCannotBeRead) {
  Write("catalog/vc/orders", "no record");
  ExpectRefused("catalog/vc/orders", "restore the data from a backup");
}

TEST_F(RefusalsTest, ADirectoryThatAnotherProcessHasOpen) {
  ExpectRefused("open in another process", "stop that process");
  // And the one that has it goes on.
  EXPECT_EQ(plane_.Stop(SIGTERM), 0);
}

TEST_F(RefusalsTest, ADirectoryOfSomethingElse) {
  plane_.Stop(SIGTERM);
  fs::remove_all(plane_.data_dir());
  fs::create_directory(plane_.data_dir());
  std::ofstream(plane_.data_dir() + "/thesis.txt") << "all of it";
  ExpectRefused("thesis.txt", "choose an empty directory");
  EXPECT_TRUE(fs::exists(plane_.data_dir() + "/thesis.txt"));
}

}  // namespace
}  // namespace bellwether

#include "controlplane/server/storage_collector.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "controlplane/base/fake_clock.h"
#include "controlplane/base/random.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/store/in_memory_metadata_store.h"
#include "controlplane/store/rocksdb_backup_store.h"

namespace bellwether {
namespace {

// Of this test alone.
std::string EmptyDirectory() {
  const std::string path =
      testing::TempDir() + "/" + testing::UnitTest::GetInstance()->current_test_info()->name();
  std::filesystem::create_directories(path);
  return path;
}

std::map<std::string, double> ValuesOf(const StorageCollector& collector) {
  std::map<std::string, double> values;
  for (const prometheus::MetricFamily& family : collector.Collect()) {
    values[family.name] = family.metric.front().gauge.value;
  }
  return values;
}

TEST(StorageCollectorTest, CountsTheBytesOfAllFilesAndTellsTheRoomThatIsLeft) {
  const std::string directory = EmptyDirectory();
  std::ofstream(directory + "/a") << std::string(1000, 'x');
  std::filesystem::create_directory(directory + "/inside");
  std::ofstream(directory + "/inside/b") << std::string(234, 'x');
  std::map<std::string, double> values = ValuesOf(StorageCollector(directory, nullptr));
  EXPECT_EQ(values["bellwether_store_size_bytes"], 1234);
  EXPECT_GT(values["bellwether_store_free_bytes"], 0);
  EXPECT_EQ(values.count("bellwether_last_backup_timestamp_seconds"), 0u);
}

TEST(StorageCollectorTest, WhatCannotBeFoundOutIsLeftOut) {
  const std::string directory = EmptyDirectory();
  const std::map<std::string, double> values =
      ValuesOf(StorageCollector(directory + "/nowhere", nullptr));
  EXPECT_EQ(values.size(), 0u);
}

TEST(StorageCollectorTest, TellsWhenTheLastBackupWasMade) {
  const std::string directory = EmptyDirectory();
  FakeClock clock;
  SeededRandom random(1);
  InMemoryMetadataStore store;
  ASSERT_TRUE(Catalog::Open(store, clock, random, {}).ok());
  RocksDbBackupStore backup_store(directory + "/backups");
  Backups backups(store, &backup_store, clock);
  const StorageCollector collector(directory, &backups);
  EXPECT_EQ(ValuesOf(collector)["bellwether_last_backup_timestamp_seconds"], 0);
  for (int i = 0; i < 2; ++i) {
    clock.Advance(absl::Hours(1));
    ASSERT_TRUE(backups.Create().ok());
    EXPECT_EQ(ValuesOf(collector)["bellwether_last_backup_timestamp_seconds"],
              static_cast<double>(absl::ToUnixSeconds(clock.WallNow())));
  }
}

}  // namespace
}  // namespace bellwether

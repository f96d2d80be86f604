#include "controlplane/store/rocksdb_image.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "controlplane/model/error.h"
#include "controlplane/store/faulty_disk.h"
#include "controlplane/store/rocksdb_backup_store.h"
#include "controlplane/store/rocksdb_metadata_store.h"

namespace bellwether {
namespace {

namespace fs = std::filesystem;

std::string Text(const MetadataStore::Listing& listing) {
  std::string text;
  for (const StoredEntry& entry : listing.entries) {
    absl::StrAppend(&text, entry.key, "=", entry.value, "@", entry.revision, " ");
  }
  return absl::StrCat(text, "at ", listing.revision);
}

class RocksDbImageTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(root_);
    fs::create_directory(root_);
  }

  static void ExpectError(const absl::Status& status, Reason reason, const std::string& says) {
    EXPECT_EQ(GetReason(status), reason) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), says)) << status;
  }
  // The contents of every file below `directory`, by path.
  static std::string Everything(const std::string& directory) {
    std::string all;
    std::vector<std::string> files;
    for (const auto& file : fs::recursive_directory_iterator(directory)) {
      if (file.is_regular_file()) files.push_back(file.path().string());
    }
    std::sort(files.begin(), files.end());
    for (const std::string& file : files) {
      std::ostringstream content;
      content << std::ifstream(file, std::ios::binary).rdbuf();
      absl::StrAppend(&all, file, "\n", content.str(), "\n");
    }
    return all;
  }

  const std::string root_ = absl::StrCat(testing::TempDir(), "/rocksdb_image");
  const std::string directory_ = absl::StrCat(root_, "/image");
  const MetadataStore::Listing listing_ = {
      {{"a", "1", 3}, {"b", std::string((1 << 20) + 5, 'x'), 7}, {"c", "", 1}}, 9};
};

TEST_F(RocksDbImageTest, AnImageIsAStoreOfTheSameEntriesAndRevisions) {
  ASSERT_TRUE(WriteRocksDbImage(listing_, directory_).ok());
  EXPECT_EQ(Text(ReadRocksDbImage(directory_).value()), Text(listing_));
  auto store = RocksDbMetadataStore::Open(directory_);
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_EQ(Text((*store)->List("").value()), Text(listing_));
  EXPECT_EQ((*store)->Commit({{{"a", 3}}, {{"a", "2"}}}).value(), 10);
}

TEST_F(RocksDbImageTest, ReadingChangesNothing) {
  ASSERT_TRUE(WriteRocksDbImage(listing_, directory_).ok());
  {
    // With a log that the next start would turn into a table.
    auto store = RocksDbMetadataStore::Open(directory_);
    ASSERT_TRUE((*store)->Commit({{}, {{"d", "late"}}}).ok());
  }
  const std::string before = Everything(directory_);
  const auto read = ReadRocksDbImage(directory_);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->entries.size(), 4);
  EXPECT_EQ(read->revision, 10);
  EXPECT_EQ(Everything(directory_), before);
}

TEST_F(RocksDbImageTest, NothingIsOverwritten) {
  fs::create_directory(directory_);
  std::ofstream(directory_ + "/thesis.txt") << "all of it";
  ExpectError(WriteRocksDbImage(listing_, directory_), Reason::kStoreNotEmpty, "thesis.txt");
  EXPECT_TRUE(fs::exists(directory_ + "/thesis.txt"));
  fs::remove(directory_ + "/thesis.txt");
  EXPECT_TRUE(WriteRocksDbImage(listing_, directory_).ok());
  ExpectError(WriteRocksDbImage(listing_, directory_), Reason::kStoreNotEmpty, "empty directory");
}

TEST_F(RocksDbImageTest, WhatIsNoStoreIsRefused) {
  ExpectError(ReadRocksDbImage(directory_).status(), Reason::kStoreForeign,
              "does not contain a metadata store");
  EXPECT_FALSE(fs::exists(directory_));
}

TEST_F(RocksDbImageTest, ADamagedImageIsRefused) {
  ASSERT_TRUE(WriteRocksDbImage(listing_, directory_).ok());
  for (const auto& file : fs::directory_iterator(directory_)) {
    if (file.path().extension() != ".sst") continue;
    std::fstream table(file.path(), std::ios::in | std::ios::out | std::ios::binary);
    table.seekp(static_cast<std::streamoff>(file.file_size() / 2));
    table.put('!');
  }
  ExpectError(ReadRocksDbImage(directory_).status(), Reason::kStoreCorrupt, "damaged");
}

TEST_F(RocksDbImageTest, AStoreInUseIsRefused) {
  auto store = RocksDbMetadataStore::Open(directory_);
  ExpectError(ReadRocksDbImage(directory_).status(), Reason::kStoreInUse, "stop that process");
}

// Whatever write or sync it dies at, an image is whole or refused, and never a smaller one.
TEST_F(RocksDbImageTest, AnUnfinishedImageIsNoStore) {
  std::atomic<int> left = 0;
  FaultyDisk disk([&left](const FaultyDisk::Failpoint&) {
    return --left >= 0 ? FaultyDisk::Outcome::kGoOn : FaultyDisk::Outcome::kBroken;
  });
  int refused = 0;
  bool whole = false;
  for (int failpoints = 0; !whole; ++failpoints) {
    fs::remove_all(directory_);
    left = failpoints;
    whole = WriteRocksDbImage(listing_, directory_, disk.env()).ok();
    // Two power failures between each two operations: one with the unsynced data, and one without.
    disk.LosePower(failpoints % 2);
    left = 1'000'000;
    const auto found = ReadRocksDbImage(directory_, disk.env());
    if (found.ok() && found->entries.empty()) continue;
    refused += found.ok() ? 0 : 1;
    EXPECT_EQ(whole && !found.ok(), false) << found.status();
    if (found.ok()) {
      EXPECT_EQ(Text(*found), Text(listing_)) << failpoints << " failpoints";
    }
  }
  EXPECT_GT(refused, 4);
}

TEST_F(RocksDbImageTest, ABackupIsListedOnceItIsWholeAndKeptAsItIs) {
  RocksDbBackupStore backups(root_ + "/backups");
  EXPECT_TRUE(backups.List().value().empty());
  ASSERT_TRUE(backups.Write("first", listing_).ok());
  fs::create_directory(root_ + "/backups/second.unfinished");
  EXPECT_EQ(backups.List().value(), std::vector<std::string>{"first"});
  ASSERT_TRUE(backups.Write("third", {}).ok());
  EXPECT_EQ(backups.List().value(), (std::vector<std::string>{"first", "third"}));
  EXPECT_FALSE(fs::exists(root_ + "/backups/second.unfinished")) << "of a process that died";
  ASSERT_TRUE(backups.Write("first", {}).ok());
  EXPECT_EQ(Text(ReadRocksDbImage(backups.Location("first")).value()), Text(listing_));
}

TEST_F(RocksDbImageTest, ABackupThatCannotBeWrittenSaysSo) {
  std::ofstream(root_ + "/file") << "in the way";
  RocksDbBackupStore backups(root_ + "/file/backups");
  ExpectError(backups.Write("first", listing_), Reason::kBackupUnavailable, "has free space");
}

}  // namespace
}  // namespace bellwether

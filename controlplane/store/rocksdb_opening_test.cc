#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "controlplane/model/error.h"
#include "controlplane/store/faulty_disk.h"
#include "controlplane/store/rocksdb_image.h"
#include "controlplane/store/rocksdb_metadata_store.h"
#include "controlplane/store/stored_record.h"

namespace bellwether {
namespace {

namespace fs = std::filesystem;

// Tests which directories RocksDbMetadataStore::Open accepts and which it refuses.
class RocksDbOpeningTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(testing::TempDir()) / "opening";
    directory_ = root_ / "store";
    fs::remove_all(root_);
    fs::create_directory(root_);
  }

  std::unique_ptr<RocksDbMetadataStore> Open() {
    auto store = RocksDbMetadataStore::Open(directory_);
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }
  // Opens, commits each pair on its own, and closes.
  void Fill(const std::vector<std::pair<std::string, std::string>>& entries) {
    const std::unique_ptr<RocksDbMetadataStore> store = Open();
    for (const auto& [key, value] : entries) {
      ASSERT_TRUE(store->Commit({{}, {{key, value}}}).ok());
    }
  }
  // Entries in the order of their keys, as "key=value".
  std::vector<std::string> Entries() {
    std::vector<std::string> entries;
    const MetadataStore::Listing listing = Open()->List("").value();
    for (const StoredEntry& entry : listing.entries) {
      entries.push_back(absl::StrCat(entry.key, "=", entry.value));
    }
    return entries;
  }

  void ExpectRefused(absl::StatusCode code, Reason reason) {
    const absl::Status status = RocksDbMetadataStore::Open(directory_).status();
    EXPECT_EQ(status.code(), code) << status;
    EXPECT_EQ(GetReason(status), reason) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), directory_.string())) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), ": ")) << "no remedy: " << status;
  }
  void ExpectForeign() {
    ExpectRefused(absl::StatusCode::kFailedPrecondition, Reason::kStoreForeign);
  }
  void ExpectCorrupt() { ExpectRefused(absl::StatusCode::kDataLoss, Reason::kStoreCorrupt); }

  std::vector<fs::path> Files(const std::string& extension) {
    std::vector<fs::path> files;
    for (const auto& file : fs::directory_iterator(directory_)) {
      if (file.path().extension() == extension) files.push_back(file.path());
    }
    return files;
  }
  std::set<std::string> AllFiles() {
    std::set<std::string> files;
    for (const auto& file : fs::directory_iterator(directory_)) {
      files.insert(file.path().filename());
    }
    return files;
  }
  static std::string Read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static void Write(const fs::path& path, const std::string& content) {
    std::ofstream(path, std::ios::binary) << content;
  }
  // The only file with `extension` that contains `needle`.
  fs::path FileWith(const std::string& extension, const std::string& needle) {
    std::vector<fs::path> found;
    for (const fs::path& file : Files(extension)) {
      if (absl::StrContains(Read(file), needle)) found.push_back(file);
    }
    EXPECT_EQ(found.size(), 1) << extension << " with " << needle;
    return found.empty() ? fs::path() : found[0];
  }
  // Changes one bit of `needle` where it stands in the only file with `extension` that has it.
  void Damage(const std::string& extension, const std::string& needle) {
    const fs::path file = FileWith(extension, needle);
    std::string content = Read(file);
    content[content.find(needle)] ^= 1;
    Write(file, content);
  }
  void RemoveLogs() {
    for (const fs::path& log : Files(".log")) fs::remove(log);
  }
  // Another program's database, or one of ours whose marker is `format`.
  void MakeRocksDb(const std::optional<std::string>& format) {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* db = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, directory_, &db).ok());
    const std::string key = format.has_value() ? std::string(kFormatKey) : "theirs";
    ASSERT_TRUE(db->Put(rocksdb::WriteOptions(), key, format.value_or("data")).ok());
    delete db;
  }

  fs::path root_;
  fs::path directory_;
};

TEST_F(RocksDbOpeningTest, TheDirectoryIsMadeForItsUserAlone) {
  Fill({{"k", "v"}});
  EXPECT_EQ(fs::status(directory_).permissions(), fs::perms::owner_all);
  EXPECT_EQ(Entries(), std::vector<std::string>{"k=v"});
}

TEST_F(RocksDbOpeningTest, AnEmptyDirectoryOrAFreshVolumeWillDo) {
  fs::create_directories(directory_ / "lost+found");
  Fill({{"k", "v"}});
  EXPECT_EQ(Entries(), std::vector<std::string>{"k=v"});
}

TEST_F(RocksDbOpeningTest, AFirstStartThatWasKilledIsBegunAgain) {
  // Before RocksDB's files were complete.
  fs::create_directory(directory_);
  for (const char* file : {"LOCK", "LOG", "IDENTITY", "MANIFEST-000001", "000001.dbtmp"}) {
    Write(directory_ / file, "");
  }
  Open();
  // After that, but before the marker was written.
  fs::remove_all(directory_);
  MakeRocksDb("");
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(rocksdb::Options(), directory_, &db).ok());
  ASSERT_TRUE(db->Delete(rocksdb::WriteOptions(), std::string(kFormatKey)).ok());
  delete db;
  Fill({{"k", "v"}});
  EXPECT_EQ(Entries(), std::vector<std::string>{"k=v"});
}

TEST_F(RocksDbOpeningTest, AStoreThatIsOpenIsRefusedAndNotDisturbed) {
  const std::unique_ptr<RocksDbMetadataStore> store = Open();
  ExpectRefused(absl::StatusCode::kFailedPrecondition, Reason::kStoreInUse);
  EXPECT_TRUE(store->Commit({{}, {{"k", "v"}}}).ok());
  ExpectRefused(absl::StatusCode::kFailedPrecondition, Reason::kStoreInUse);
}

TEST_F(RocksDbOpeningTest, ADamagedBlockIsRefusedEvenIfNothingReadsItAtTheStart) {
  const std::string block(16 << 10, 'x');
  Fill({{"a", block}, {"b", block + "middle" + block}, {"c", block}});
  // The log of the last run becomes a table at the next start.
  Open().reset();
  Damage(".sst", "middle");
  ExpectCorrupt();
}

TEST_F(RocksDbOpeningTest, AMissingTableIsRefused) {
  Fill({{"a", "first value"}});
  Open().reset();
  fs::remove(FileWith(".sst", "first value"));
  ExpectCorrupt();
}

TEST_F(RocksDbOpeningTest, AMissingLogIsRefusedRatherThanItsCommitsDropped) {
  Fill({{"a", "first value"}});
  Fill({{"b", "second value"}});
  RemoveLogs();
  ExpectCorrupt();
  EXPECT_EQ(GetReason(ReadRocksDbImage(directory_).status()), Reason::kStoreCorrupt);
  // Only on purpose.
  Write(directory_ / "000001.log", "");
  EXPECT_EQ(Entries(), std::vector<std::string>{"a=first value"});
}

TEST_F(RocksDbOpeningTest, AYoungStoreWithoutItsLogIsNotTakenForANewOne) {
  Open().reset();
  RemoveLogs();
  ExpectCorrupt();
  fs::remove_all(directory_);
  Fill({{"a", "first value"}});
  RemoveLogs();
  ExpectCorrupt();
}

TEST_F(RocksDbOpeningTest, AFirstStartThatWasKilledBeforeItHadALogIsBegunAgain) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, directory_, &db).ok());
  delete db;
  RemoveLogs();
  Fill({{"k", "v"}});
  EXPECT_EQ(Entries(), std::vector<std::string>{"k=v"});
}

TEST_F(RocksDbOpeningTest, AStoreOpensOnAFullDiskByItsReserve) {
  Fill({{"a", "first value"}});
  const fs::path reserve = directory_ / "RESERVE";
  ASSERT_TRUE(fs::exists(reserve));
  bool full = true;
  FaultyDisk disk([&](const FaultyDisk::Failpoint&) {
    return full && fs::exists(reserve) ? FaultyDisk::Outcome::kNoSpace : FaultyDisk::Outcome::kGoOn;
  });
  {
    auto store = RocksDbMetadataStore::Open(directory_, {disk.env()});
    ASSERT_TRUE(store.ok()) << store.status();
    EXPECT_EQ((*store)->Get("a")->value().value, "first value");
  }
  full = false;
  Open().reset();
  EXPECT_EQ(fs::file_size(reserve), 16u << 20) << "kept for the next time";
}

TEST_F(RocksDbOpeningTest, AFullDiskWithoutAReserveSaysHowMuchToFree) {
  Fill({{"a", std::string(100'000, 'x')}});
  fs::remove(directory_ / "RESERVE");
  FaultyDisk disk([](const FaultyDisk::Failpoint&) { return FaultyDisk::Outcome::kNoSpace; });
  const absl::Status status = RocksDbMetadataStore::Open(directory_, {disk.env()}).status();
  EXPECT_EQ(GetReason(status), Reason::kStoreUnavailable) << status;
  int64_t bytes = 0;
  ASSERT_TRUE(absl::SimpleAtoi(GetErrorMetadata(status)["bytes_needed"], &bytes)) << status;
  EXPECT_GT(bytes, 100'000);
  EXPECT_LT(bytes, 16 << 20);
  EXPECT_EQ(Entries().size(), 1) << "nothing is lost";
}

TEST_F(RocksDbOpeningTest, ADamagedCommitInTheLogIsRefusedRatherThanLaterOnesDropped) {
  Fill({{"a", "first value"}, {"b", "second value"}, {"c", "third value"}});
  Damage(".log", "second value");
  ExpectCorrupt();
}

TEST_F(RocksDbOpeningTest, ATornEndOfTheLogIsAccepted) {
  Fill({{"a", "first value"}, {"b", "second value"}, {"c", "third value"}});
  const std::vector<fs::path> logs = Files(".log");
  ASSERT_EQ(logs.size(), 1);
  fs::resize_file(logs[0], Read(logs[0]).find("third value") + 5);
  EXPECT_EQ(Entries(), (std::vector<std::string>{"a=first value", "b=second value"}));
  EXPECT_EQ(Open()->List("")->revision, 2);
}

TEST_F(RocksDbOpeningTest, ALostCurrentFileIsRefusedRatherThanTheDataThrownAway) {
  Fill({{"a", "first value"}});
  fs::remove(directory_ / "CURRENT");
  const std::set<std::string> before = AllFiles();
  ExpectCorrupt();
  EXPECT_EQ(AllFiles(), before);
}

TEST_F(RocksDbOpeningTest, ADirectoryOfSomethingElseIsRefusedAndLeftAlone) {
  fs::create_directory(directory_);
  Write(directory_ / "thesis.txt", "all of it");
  ExpectForeign();
  EXPECT_EQ(AllFiles(), std::set<std::string>{"thesis.txt"});
}

TEST_F(RocksDbOpeningTest, AnotherProgramsRocksDbIsRefusedAndItsDataLeftAlone) {
  MakeRocksDb(std::nullopt);
  const std::vector<fs::path> logs = Files(".log");
  ExpectForeign();
  EXPECT_EQ(Files(".log"), logs);
  EXPECT_TRUE(Files(".sst").empty());
}

TEST_F(RocksDbOpeningTest, AMarkerThatIsNotOursIsRefused) {
  MakeRocksDb("somebody else's marker 1");
  ExpectForeign();
}

TEST_F(RocksDbOpeningTest, ANewerFormatIsRefusedAndLeftAlone) {
  MakeRocksDb(EncodeFormat(kStoreFormat + 1));
  const std::vector<fs::path> logs = Files(".log");
  ExpectRefused(absl::StatusCode::kFailedPrecondition, Reason::kStoreTooNew);
  EXPECT_EQ(Files(".log"), logs);
}

TEST_F(RocksDbOpeningTest, AMarkerWithoutARevisionIsCorrupt) {
  MakeRocksDb(EncodeFormat(kStoreFormat));
  ExpectCorrupt();
}

TEST_F(RocksDbOpeningTest, AFileInPlaceOfADirectoryIsRefused) {
  Write(directory_, "a file");
  ExpectForeign();
  EXPECT_EQ(Read(directory_), "a file");
}

TEST_F(RocksDbOpeningTest, AMissingParentIsRefused) {
  directory_ = root_ / "no" / "store";
  ExpectRefused(absl::StatusCode::kUnavailable, Reason::kStoreUnavailable);
  EXPECT_FALSE(fs::exists(root_ / "no"));
}

TEST_F(RocksDbOpeningTest, APlaceWhereNothingCanBeMadeIsRefused) {
  directory_ = "/proc/store";
  ExpectRefused(absl::StatusCode::kUnavailable, Reason::kStoreUnavailable);
}

}  // namespace
}  // namespace bellwether

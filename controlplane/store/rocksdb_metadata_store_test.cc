#include "controlplane/store/rocksdb_metadata_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "controlplane/base/fake_clock.h"
#include "controlplane/base/mutex.h"
#include "controlplane/model/error.h"
#include "controlplane/store/faulty_disk.h"

namespace bellwether {
namespace {

using Failpoint = FaultyDisk::Failpoint;
using Moment = FaultyDisk::Moment;
using Operation = FaultyDisk::Operation;
using Outcome = FaultyDisk::Outcome;

bool IsLog(const Failpoint& failpoint) { return absl::EndsWith(failpoint.file, ".log"); }

// A RocksDB store on a disk that each test scripts. It is healthy at first.
class RocksDbMetadataStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(directory_);
    Reopen();
  }

  void Reopen() {
    store_.reset();
    RocksDbMetadataStore::Options options;
    options.env = disk_.env();
    options.clock = &clock_;
    options.on_sync = [this](absl::Duration duration) { sync_times_.push_back(duration); };
    auto store = RocksDbMetadataStore::Open(directory_, options);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  // Makes the disk follow `script` from now on.
  void SetDisk(FaultyDisk::Script script) {
    MutexLock lock(mutex_);
    script_ = std::move(script);
  }
  void HealDisk() {
    SetDisk([](const Failpoint&) { return Outcome::kGoOn; });
  }
  // Whatever `operation` on a log meets `outcome` at `moment`, the rest goes well.
  void BreakLog(Operation operation, Moment moment, Outcome outcome) {
    SetDisk([=](const Failpoint& at) {
      const bool hit = IsLog(at) && at.operation == operation && at.moment == moment;
      return hit ? outcome : Outcome::kGoOn;
    });
  }

  absl::StatusOr<Revision> Put(const std::string& key, const std::string& value) {
    return store_->Commit({{}, {{key, value}}});
  }
  void ExpectUnavailable(const absl::Status& status) {
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
    EXPECT_EQ(GetReason(status), Reason::kStoreUnavailable) << status;
    EXPECT_EQ(GetErrorMetadata(status)["directory"], directory_) << status;
  }
  // Expects that the error states how much space the store needs.
  void ExpectDiskIsFull(const absl::Status& status) {
    ExpectUnavailable(status);
    int64_t bytes = 0;
    EXPECT_TRUE(absl::SimpleAtoi(GetErrorMetadata(status)["bytes_needed"], &bytes)) << status;
    EXPECT_GT(bytes, 0);
  }
  // All entries as "key=value@revision", and the latest revision.
  std::string Contents() {
    const auto listing = store_->List("");
    if (!listing.ok()) return listing.status().ToString();
    std::string contents;
    for (const StoredEntry& entry : listing->entries) {
      absl::StrAppend(&contents, entry.key, "=", entry.value, "@", entry.revision, " ");
    }
    return absl::StrCat(contents, "at ", listing->revision);
  }
  // Fails a commit by `break_disk` after a good one, heals the disk, and expects that the failed
  // commit is nowhere: not now, not after the next one, not after a restart.
  void ExpectNoTraceOfAFailedCommit(const std::function<void()>& break_disk) {
    ASSERT_TRUE(store_->Commit({{}, {{"kept", "1"}, {"changed", "1"}, {"removed", "1"}}}).ok());
    break_disk();
    for (int attempt = 0; attempt < 2; ++attempt) {
      ExpectUnavailable(store_
                            ->Commit({{{"changed", 1}},
                                      {{"changed", "2"}, {"removed", std::nullopt}, {"new", "2"}}})
                            .status());
    }
    HealDisk();
    const absl::StatusOr<Revision> next = store_->Commit({{{"changed", 1}}, {{"kept", "2"}}});
    EXPECT_EQ(next.value_or(-1), 2) << next.status();
    EXPECT_EQ(Contents(), "changed=1@1 kept=2@2 removed=1@1 at 2");
    Reopen();
    EXPECT_EQ(Contents(), "changed=1@1 kept=2@2 removed=1@1 at 2");
  }

  const std::string directory_ = absl::StrCat(testing::TempDir(), "/rocksdb_store");
  FakeClock clock_;
  std::vector<absl::Duration> sync_times_;
  Mutex mutex_;
  FaultyDisk::Script script_ ABSL_GUARDED_BY(mutex_) = [](const Failpoint&) {
    return Outcome::kGoOn;
  };
  FaultyDisk disk_{[this](const Failpoint& failpoint) {
    FaultyDisk::Script script;
    {
      MutexLock lock(mutex_);
      script = script_;
    }
    return script(failpoint);
  }};
  std::unique_ptr<RocksDbMetadataStore> store_;
};

TEST_F(RocksDbMetadataStoreTest, ACommitIsAcknowledgedOnlyOnceItsLogIsSynced) {
  std::vector<std::pair<Operation, Moment>> log_events;
  SetDisk([&log_events](const Failpoint& at) {
    if (IsLog(at)) log_events.emplace_back(at.operation, at.moment);
    return Outcome::kGoOn;
  });
  for (int n = 0; n < 10; ++n) {
    log_events.clear();
    ASSERT_TRUE(Put("k", absl::StrCat(n)).ok());
    EXPECT_EQ(log_events,
              (std::vector<std::pair<Operation, Moment>>{{Operation::kWrite, Moment::kBefore},
                                                         {Operation::kWrite, Moment::kAfter},
                                                         {Operation::kSync, Moment::kBefore},
                                                         {Operation::kSync, Moment::kAfter}}));
  }
}

TEST_F(RocksDbMetadataStoreTest, TimeOfEachSyncIsTold) {
  SetDisk([this](const Failpoint& at) {
    const bool syncs = IsLog(at) && at.operation == Operation::kSync;
    if (syncs && at.moment == Moment::kBefore) clock_.Advance(absl::Milliseconds(40));
    return Outcome::kGoOn;
  });
  ASSERT_TRUE(Put("k", "1").ok());
  EXPECT_EQ(sync_times_, std::vector<absl::Duration>{absl::Milliseconds(40)});
  EXPECT_FALSE(store_->Commit({{{"k", 77}}, {{"k", "2"}}}).ok());
  EXPECT_EQ(sync_times_.size(), 1u) << "what is refused is not written";
}

TEST_F(RocksDbMetadataStoreTest, WhatIsNotSyncedIsNotRead) {
  std::string seen;
  SetDisk([this, &seen](const Failpoint& at) {
    if (IsLog(at) && at.operation == Operation::kSync) absl::StrAppend(&seen, Contents(), ";");
    return Outcome::kGoOn;
  });
  ASSERT_TRUE(Put("k", "1").ok());
  EXPECT_EQ(seen, "at 0;at 0;");
  EXPECT_EQ(Contents(), "k=1@1 at 1");
}

// Holds up the first sync of the log until a number of commits wait for it.
class GroupCommitTest : public RocksDbMetadataStoreTest {
 protected:
  // Starts `commits` in this order, so that the first is a group and the others are the next.
  // `outcome` is that of the second group's sync.
  std::vector<absl::StatusOr<Revision>> CommitInTwoGroups(const std::vector<Transaction>& commits,
                                                          Outcome outcome) {
    SetDisk([this, outcome](const Failpoint& at) {
      if (!IsLog(at) || at.operation != Operation::kSync || at.moment != Moment::kBefore) {
        return Outcome::kGoOn;
      }
      if (++syncs_ > 1) return outcome;
      all_wait_.get_future().wait();
      return Outcome::kGoOn;
    });
    std::vector<absl::StatusOr<Revision>> results(commits.size(), absl::UnknownError("not run"));
    std::vector<std::thread> callers;
    for (size_t i = 0; i < commits.size(); ++i) {
      callers.emplace_back(
          [this, i, &results, &commits] { results[i] = store_->Commit(commits[i]); });
      while (store_->pending_commits() < static_cast<int64_t>(i) + 1) std::this_thread::yield();
      // The first has its group to itself once it syncs.
      while (syncs_ == 0) std::this_thread::yield();
    }
    all_wait_.set_value();
    for (std::thread& caller : callers) caller.join();
    return results;
  }

  std::promise<void> all_wait_;
  std::atomic<int> syncs_ = 0;
};

TEST_F(GroupCommitTest, CommitsThatWaitShareOneSyncAndKeepTheirOwnRevisions) {
  std::vector<Transaction> commits;
  for (int i = 0; i < 9; ++i) commits.push_back({{}, {{absl::StrCat("k", i), "v"}}});
  const auto results = CommitInTwoGroups(commits, Outcome::kGoOn);
  EXPECT_EQ(syncs_, 2);
  for (int i = 0; i < 9; ++i) {
    EXPECT_EQ(results[i].value_or(-1), i + 1) << results[i].status();
    EXPECT_EQ((*store_->Get(absl::StrCat("k", i)))->revision, i + 1);
  }
  const std::string before = Contents();
  Reopen();
  EXPECT_EQ(Contents(), before);
}

TEST_F(GroupCommitTest, AMemberIsJudgedByWhatTheEarlierOnesDid) {
  const auto results = CommitInTwoGroups({{{}, {{"a", "1"}}},
                                          {{{"a", 1}}, {{"a", "2"}}},
                                          {{{"a", 1}}, {{"a", "lost"}, {"b", "lost"}}},
                                          {{{"a", 2}, {"b", 0}}, {{"a", std::nullopt}}},
                                          {{{"a", 0}}, {{"a", "3"}}}},
                                         Outcome::kGoOn);
  EXPECT_EQ(syncs_, 2);
  EXPECT_EQ(results[1].value_or(-1), 2);
  EXPECT_EQ(GetReason(results[2].status()), Reason::kRevisionMismatch) << results[2].status();
  EXPECT_EQ(results[3].value_or(-1), 3);
  EXPECT_EQ(results[4].value_or(-1), 4);
  EXPECT_EQ(Contents(), "a=3@4 at 4");
  Reopen();
  EXPECT_EQ(Contents(), "a=3@4 at 4");
}

TEST_F(GroupCommitTest, AFailedSyncFailsTheWholeGroupAndOnlyThatOne) {
  const auto results = CommitInTwoGroups({{{}, {{"a", "1"}}},
                                          {{{"a", 1}}, {{"a", "2"}}},
                                          // Refused for a change that does not come to be.
                                          {{{"a", 1}}, {{"a", "3"}}},
                                          {{}, {{"b", "1"}}}},
                                         Outcome::kBroken);
  EXPECT_EQ(results[0].value_or(-1), 1) << results[0].status();
  for (int i = 1; i < 4; ++i) ExpectUnavailable(results[i].status());
  EXPECT_EQ(Contents(), "a=1@1 at 1");
  HealDisk();
  EXPECT_EQ(Put("c", "1").value_or(-1), 2);
  Reopen();
  EXPECT_EQ(Contents(), "a=1@1 c=1@2 at 2");
}

TEST_F(RocksDbMetadataStoreTest, AFullDiskRefusesCommitsWhileReadsGoOnAndRecoversByItself) {
  ASSERT_TRUE(Put("k", "1").ok());
  SetDisk([](const Failpoint& at) {
    return at.operation == Operation::kWrite ? Outcome::kNoSpace : Outcome::kGoOn;
  });
  for (int n = 0; n < 5; ++n) {
    ExpectUnavailable(Put("k", "2").status());
    EXPECT_EQ(Contents(), "k=1@1 at 1");
    EXPECT_EQ((*store_->Get("k"))->value, "1");
  }
  HealDisk();
  EXPECT_EQ(Put("k", "3").value_or(-1), 2);
  EXPECT_EQ(Contents(), "k=3@2 at 2");
  Reopen();
  EXPECT_EQ(Contents(), "k=3@2 at 2");
}

TEST_F(RocksDbMetadataStoreTest, NoTraceOfACommitWhoseLogWriteFailed) {
  ExpectNoTraceOfAFailedCommit(
      [this] { BreakLog(Operation::kWrite, Moment::kBefore, Outcome::kBroken); });
}

TEST_F(RocksDbMetadataStoreTest, NoTraceOfACommitThatIsHalfInTheLog) {
  ExpectNoTraceOfAFailedCommit(
      [this] { BreakLog(Operation::kWrite, Moment::kBefore, Outcome::kTorn); });
}

TEST_F(RocksDbMetadataStoreTest, NoTraceOfACommitThatIsInTheLogButWhoseSyncFailed) {
  ExpectNoTraceOfAFailedCommit(
      [this] { BreakLog(Operation::kSync, Moment::kBefore, Outcome::kBroken); });
}

TEST_F(RocksDbMetadataStoreTest, NoTraceOfACommitWhoseSyncWorkedButSaidThatItFailed) {
  ExpectNoTraceOfAFailedCommit(
      [this] { BreakLog(Operation::kSync, Moment::kAfter, Outcome::kNoSpace); });
}

TEST_F(RocksDbMetadataStoreTest, AStoreThatCannotBeReopenedIsDownUntilItCan) {
  ASSERT_TRUE(Put("k", "1").ok());
  BreakLog(Operation::kSync, Moment::kBefore, Outcome::kBroken);
  ExpectUnavailable(Put("k", "2").status());
  // The disk takes the probe, and fails again in the middle of reopening.
  SetDisk([](const Failpoint& at) {
    return absl::EndsWith(at.file, "/PROBE") ? Outcome::kGoOn : Outcome::kNoSpace;
  });
  for (int n = 0; n < 3; ++n) {
    ExpectDiskIsFull(Put("k", "3").status());
    ExpectDiskIsFull(store_->Get("k").status());
    ExpectDiskIsFull(store_->List("").status());
  }
  HealDisk();
  EXPECT_EQ(Put("other", "1").value_or(-1), 2);
  EXPECT_EQ(Contents(), "k=1@1 other=1@2 at 2");
  Reopen();
  EXPECT_EQ(Contents(), "k=1@1 other=1@2 at 2");
}

TEST_F(RocksDbMetadataStoreTest, AFailedCommitIsAllOrNothingEvenIfTheStoreDiesBeforeItRecovers) {
  ASSERT_TRUE(store_->Commit({{}, {{"a", "1"}, {"b", "1"}}}).ok());
  BreakLog(Operation::kSync, Moment::kBefore, Outcome::kBroken);
  ExpectUnavailable(store_->Commit({{}, {{"a", "2"}, {"b", "2"}}}).status());
  store_.reset();
  HealDisk();
  Reopen();
  const std::string contents = Contents();
  EXPECT_TRUE(contents == "a=1@1 b=1@1 at 1" || contents == "a=2@2 b=2@2 at 2") << contents;
}

TEST_F(RocksDbMetadataStoreTest, AVanishedDirectoryIsNotReplacedByAnEmptyStore) {
  ASSERT_TRUE(Put("k", "1").ok());
  BreakLog(Operation::kSync, Moment::kBefore, Outcome::kBroken);
  ExpectUnavailable(Put("k", "2").status());
  // A failed attempt to reopen the store closes it, so that no open file reveals the loss.
  SetDisk([](const Failpoint& at) {
    return absl::EndsWith(at.file, "/PROBE") ? Outcome::kGoOn : Outcome::kNoSpace;
  });
  ExpectUnavailable(Put("k", "2").status());
  HealDisk();
  const std::string moved = directory_ + "_moved";
  std::filesystem::remove_all(moved);
  std::filesystem::rename(directory_, moved);
  EXPECT_EQ(GetReason(Put("k", "3").status()), Reason::kStoreUnavailable);
  EXPECT_FALSE(std::filesystem::exists(directory_));
  std::filesystem::rename(moved, directory_);
  EXPECT_EQ(Put("k", "4").value_or(-1), 2);
}

TEST_F(RocksDbMetadataStoreTest, ReadersNeverSeeAFailedCommitWhileTheStoreFailsAndRecovers) {
  ASSERT_TRUE(Put("k", "good").ok());
  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([this, &stop] {
      while (!stop) {
        const auto entry = store_->Get("k");
        ASSERT_TRUE(entry.ok()) << entry.status();
        EXPECT_EQ((*entry)->value, "good");
        EXPECT_EQ(store_->List("").value().entries.size(), 1);
      }
    });
  }
  for (int round = 0; round < 10; ++round) {
    BreakLog(Operation::kSync, Moment::kBefore, Outcome::kBroken);
    EXPECT_FALSE(Put("k", "bad").ok());
    HealDisk();
    EXPECT_TRUE(Put("k", "good").ok());
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
}

}  // namespace
}  // namespace bellwether

// A power failure at every single write and sync that the store makes.

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "controlplane/store/faulty_disk.h"
#include "controlplane/store/rocksdb_metadata_store.h"

namespace bellwether {
namespace {

class RocksDbPowerLossTest : public testing::Test {
 protected:
  // What a life of the store came to before the power went.
  struct Life {
    // Commit N writes N to the keys "a" and "b".
    int acknowledged = 0;
    int asked = 0;
    bool whole = true;
  };

  // A new store, some commits, a restart, which turns the log into a table, and more commits.
  Life Live() {
    Life life;
    for (const int until : {3, 5}) {
      auto store = RocksDbMetadataStore::Open(directory_, {disk_.env()});
      life.whole = store.ok();
      while (life.whole && life.asked < until) {
        const std::string value = absl::StrCat(++life.asked);
        life.whole = (*store)->Commit({{}, {{"a", value}, {"b", value}}}).ok();
        if (life.whole) life.acknowledged = life.asked;
      }
      if (!life.whole) break;
    }
    return life;
  }

  void ExpectNothingLost(const Life& life) {
    auto store = RocksDbMetadataStore::Open(directory_, {disk_.env()});
    ASSERT_TRUE(store.ok()) << store.status();
    const MetadataStore::Listing listing = (*store)->List("").value();
    EXPECT_GE(listing.revision, life.acknowledged) << "an acknowledged commit is missing";
    EXPECT_LE(listing.revision, life.asked);
    ASSERT_EQ(listing.entries.size(), listing.revision == 0 ? 0 : 2);
    for (const StoredEntry& entry : listing.entries) {
      EXPECT_EQ(entry.value, absl::StrCat(listing.revision)) << "half a commit";
      EXPECT_EQ(entry.revision, listing.revision);
    }
    EXPECT_TRUE((*store)->Commit({{}, {{"a", "after"}}}).ok());
  }

  const std::string directory_ = absl::StrCat(testing::TempDir(), "/power_loss");
  // Failpoints that are passed before the power goes; it is back when this is far away.
  std::atomic<int> left_ = 0;
  FaultyDisk disk_{[this](const FaultyDisk::Failpoint&) {
    return --left_ >= 0 ? FaultyDisk::Outcome::kGoOn : FaultyDisk::Outcome::kBroken;
  }};
};

TEST_F(RocksDbPowerLossTest, AtEveryWriteAndSyncNothingAcknowledgedIsLostAndNothingIsHalfThere) {
  constexpr int kForever = 1'000'000;
  for (const double kept : {0.0, 0.5, 1.0}) {
    int failpoints = 0;
    for (bool whole = false; !whole; ++failpoints) {
      SCOPED_TRACE(absl::StrCat("power lost after ", failpoints, " failpoints, ", kept,
                                " of what was not synced kept"));
      std::filesystem::remove_all(directory_);
      left_ = failpoints;
      const Life life = Live();
      disk_.LosePower(kept);
      left_ = kForever;
      ExpectNothingLost(life);
      if (HasFailure()) return;
      whole = life.whole;
    }
    // Each commit alone passes four.
    EXPECT_GT(failpoints, 4 * 5);
  }
}

}  // namespace
}  // namespace bellwether

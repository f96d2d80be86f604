#include "controlplane/store/observed_metadata_store.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "controlplane/base/fake_clock.h"
#include "controlplane/model/error.h"
#include "controlplane/store/in_memory_metadata_store.h"

namespace bellwether {
namespace {

// Its commits take 30 ms of fake time.
class SlowStore final : public MetadataStore {
 public:
  explicit SlowStore(FakeClock& clock) : clock_(clock) {}

  absl::StatusOr<std::optional<StoredEntry>> Get(absl::string_view key) const override {
    return store_.Get(key);
  }
  absl::StatusOr<Listing> List(absl::string_view prefix) const override {
    return store_.List(prefix);
  }
  absl::StatusOr<Revision> Commit(const Transaction& transaction) override {
    clock_.Advance(absl::Milliseconds(30));
    return store_.Commit(transaction);
  }

 private:
  FakeClock& clock_;
  InMemoryMetadataStore store_;
};

class CollectingObserver final : public StoreObserver {
 public:
  void OnCommit(const absl::Status& result, absl::Duration duration) override {
    results.push_back(result);
    durations.push_back(duration);
  }

  std::vector<absl::Status> results;
  std::vector<absl::Duration> durations;
};

TEST(ObservedMetadataStoreTest, EveryCommitIsReportedWithItsResultAndDuration) {
  FakeClock clock;
  CollectingObserver observer;
  ObservedMetadataStore store(std::make_unique<SlowStore>(clock), clock, observer);
  EXPECT_TRUE(store.Commit({{{"k", 0}}, {{"k", "v"}}}).ok());
  EXPECT_FALSE(store.Commit({{{"k", 0}}, {{"k", "w"}}}).ok());

  ASSERT_EQ(observer.results.size(), 2);
  EXPECT_TRUE(observer.results[0].ok());
  EXPECT_EQ(GetReason(observer.results[1]), Reason::kRevisionMismatch);
  EXPECT_EQ(observer.durations, std::vector<absl::Duration>(2, absl::Milliseconds(30)));
}

TEST(ObservedMetadataStoreTest, ReadsAreHandedOnAndNotReported) {
  FakeClock clock;
  CollectingObserver observer;
  auto inner = std::make_unique<InMemoryMetadataStore>();
  ASSERT_TRUE(inner->Commit({{}, {{"k", "v"}}}).ok());
  ObservedMetadataStore store(std::move(inner), clock, observer);
  EXPECT_EQ((*store.Get("k"))->value, "v");
  EXPECT_EQ(store.List("")->entries.size(), 1);
  EXPECT_TRUE(observer.results.empty());
}

}  // namespace
}  // namespace bellwether

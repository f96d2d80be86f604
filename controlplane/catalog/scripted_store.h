#ifndef CONTROLPLANE_CATALOG_SCRIPTED_STORE_H_
#define CONTROLPLANE_CATALOG_SCRIPTED_STORE_H_

#include <functional>
#include <optional>
#include <utility>

#include "controlplane/base/mutex.h"
#include "controlplane/model/error.h"
#include "controlplane/store/in_memory_metadata_store.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// An in-memory store for tests, which can make commits fail or interleave with them. Thread-safe.
class ScriptedStore final : public MetadataStore {
 public:
  absl::StatusOr<std::optional<StoredEntry>> Get(absl::string_view key) const override {
    auto found = store_.Get(key);
    MutexLock lock(mutex_);
    ++gets_;
    return found;
  }
  absl::StatusOr<Listing> List(absl::string_view prefix) const override {
    {
      MutexLock lock(mutex_);
      ++lists_;
    }
    return store_.List(prefix);
  }
  absl::StatusOr<Revision> Commit(const Transaction& transaction) override {
    std::function<void()> before;
    std::function<void()> after;
    bool fails = false;
    {
      MutexLock lock(mutex_);
      before = std::exchange(before_next_commit_, nullptr);
      after = std::exchange(after_next_commit_, nullptr);
      fails = fails_;
    }
    if (before) before();
    if (fails) {
      return MakeError(absl::StatusCode::kUnavailable, Reason::kStoreUnavailable, "disk full");
    }
    auto committed = store_.Commit(transaction);
    if (after) after();
    return committed;
  }

  // Sets whether every commit fails from now on.
  void SetFails(bool fails) {
    MutexLock lock(mutex_);
    fails_ = fails;
  }
  // Runs once, on the committing thread: before the next commit is made, or after it was made and
  // before the caller gets the result. Commits within `run` are not intercepted.
  void BeforeNextCommit(std::function<void()> run) {
    MutexLock lock(mutex_);
    before_next_commit_ = std::move(run);
  }
  void AfterNextCommit(std::function<void()> run) {
    MutexLock lock(mutex_);
    after_next_commit_ = std::move(run);
  }
  // The number of reads.
  int gets() const {
    MutexLock lock(mutex_);
    return gets_;
  }
  int lists() const {
    MutexLock lock(mutex_);
    return lists_;
  }

 private:
  InMemoryMetadataStore store_;
  mutable Mutex mutex_;
  bool fails_ ABSL_GUARDED_BY(mutex_) = false;
  std::function<void()> before_next_commit_ ABSL_GUARDED_BY(mutex_);
  std::function<void()> after_next_commit_ ABSL_GUARDED_BY(mutex_);
  mutable int gets_ ABSL_GUARDED_BY(mutex_) = 0;
  mutable int lists_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_SCRIPTED_STORE_H_

#ifndef CONTROLPLANE_STORE_OBSERVED_METADATA_STORE_H_
#define CONTROLPLANE_STORE_OBSERVED_METADATA_STORE_H_

#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// Observes the commits of a store, for metrics and health. Implementations are thread-safe and
// fast: the committing thread waits for them.
class StoreObserver {
 public:
  virtual ~StoreObserver() = default;

  // A commit ended with `result` after `duration`, including its time in the queue.
  virtual void OnCommit(const absl::Status& result, absl::Duration duration) = 0;
};

// A MetadataStore that forwards every call to another one, with the same results, and reports each
// commit. Thread-safe.
class ObservedMetadataStore final : public MetadataStore {
 public:
  // Does not own `clock` and `observer`; they must outlive it.
  ObservedMetadataStore(std::unique_ptr<MetadataStore> store, const Clock& clock,
                        StoreObserver& observer)
      : store_(std::move(store)), clock_(clock), observer_(observer) {}

  absl::StatusOr<std::optional<StoredEntry>> Get(absl::string_view key) const override;
  absl::StatusOr<Listing> List(absl::string_view prefix) const override;
  absl::StatusOr<Revision> Commit(const Transaction& transaction) override;

 private:
  const std::unique_ptr<MetadataStore> store_;
  const Clock& clock_;
  StoreObserver& observer_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_STORE_OBSERVED_METADATA_STORE_H_

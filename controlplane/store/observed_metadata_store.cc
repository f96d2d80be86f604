#include "controlplane/store/observed_metadata_store.h"

namespace bellwether {

absl::StatusOr<std::optional<StoredEntry>> ObservedMetadataStore::Get(absl::string_view key) const {
  return store_->Get(key);
}

absl::StatusOr<MetadataStore::Listing> ObservedMetadataStore::List(absl::string_view prefix) const {
  return store_->List(prefix);
}

absl::StatusOr<Revision> ObservedMetadataStore::Commit(const Transaction& transaction) {
  const MonotonicTime start = clock_.MonotonicNow();
  absl::StatusOr<Revision> revision = store_->Commit(transaction);
  observer_.OnCommit(revision.status(), clock_.MonotonicNow() - start);
  return revision;
}

}  // namespace bellwether

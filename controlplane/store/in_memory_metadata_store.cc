#include "controlplane/store/in_memory_metadata_store.h"

#include "absl/strings/match.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/store/transaction_check.h"

namespace bellwether {

absl::StatusOr<std::optional<StoredEntry>> InMemoryMetadataStore::Get(absl::string_view key) const {
  MutexLock lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return std::nullopt;
  return StoredEntry{found->first, found->second.value, found->second.revision};
}

absl::StatusOr<MetadataStore::Listing> InMemoryMetadataStore::List(absl::string_view prefix) const {
  MutexLock lock(mutex_);
  Listing listing;
  listing.revision = latest_;
  for (auto it = entries_.lower_bound(prefix);
       it != entries_.end() && absl::StartsWith(it->first, prefix); ++it) {
    listing.entries.push_back(StoredEntry{it->first, it->second.value, it->second.revision});
  }
  return listing;
}

absl::StatusOr<Revision> InMemoryMetadataStore::Commit(const Transaction& transaction) {
  RETURN_IF_ERROR(CheckTransaction(transaction));
  MutexLock lock(mutex_);
  for (const Precondition& precondition : transaction.preconditions) {
    const auto found = entries_.find(precondition.key);
    RETURN_IF_ERROR(CheckPrecondition(
        precondition, found == entries_.end() ? Revision{0} : found->second.revision));
  }
  ++latest_;
  for (const Mutation& mutation : transaction.mutations) {
    if (mutation.value.has_value()) {
      entries_[mutation.key] = Versioned{*mutation.value, latest_};
    } else {
      entries_.erase(mutation.key);
    }
  }
  return latest_;
}

}  // namespace bellwether

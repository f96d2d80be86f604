#ifndef CONTROLPLANE_STORE_METADATA_STORE_H_
#define CONTROLPLANE_STORE_METADATA_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bellwether {

// Counts the commits of a store. Every commit has a higher revision than all before it; the first
// has revision 1, and 0 means "never".
using Revision = int64_t;

// A key, its value and the commit that last changed it.
struct StoredEntry {
  std::string key;
  std::string value;
  Revision revision = 0;
};

// A condition of a commit: `key` was last changed by commit `revision`; 0 means that the key must
// not exist.
struct Precondition {
  std::string key;
  Revision revision = 0;
};

// A key's new value, or its removal (nullopt). Removing a key that does not exist is not an error.
struct Mutation {
  std::string key;
  std::optional<std::string> value;
};

// A change of the store: all or nothing. A key may be in `mutations` only once.
struct Transaction {
  std::vector<Precondition> preconditions;
  std::vector<Mutation> mutations;
};

// Storage of metadata: a small ordered map from keys to values, with transactions guarded by
// revisions. Keys and values are arbitrary bytes; keys are not empty and are ordered bytewise.
//
// Reads never show data that is not durable. Implementations are thread-safe, and every method may
// block on a disk or a network.
class MetadataStore {
 public:
  // The result of List, as of one revision.
  struct Listing {
    // In the order of their keys.
    std::vector<StoredEntry> entries;
    // Latest commit that the entries show; no effect of a later one is visible.
    Revision revision = 0;
  };

  virtual ~MetadataStore() = default;

  // Returns the entry of `key`, or nullopt if there is none. Errors: UNAVAILABLE
  // (kStoreUnavailable) if the engine cannot read, DATA_LOSS (kStoreCorrupt) if what it reads is
  // damaged.
  virtual absl::StatusOr<std::optional<StoredEntry>> Get(absl::string_view key) const = 0;

  // Returns every entry whose key starts with `prefix` (all entries if it is empty), from one
  // revision. Errors as for Get.
  virtual absl::StatusOr<Listing> List(absl::string_view prefix) const = 0;

  // Applies `transaction` if all its preconditions hold, and returns its revision once it is
  // durable. Errors: INVALID_ARGUMENT (kInvalidArgument) if a key is empty or changed twice;
  // ABORTED (kRevisionMismatch) if a precondition does not hold, naming its key; UNAVAILABLE
  // (kStoreUnavailable) if the engine cannot write; DATA_LOSS (kStoreCorrupt) as for Get. After any
  // error nothing has changed, except that after UNAVAILABLE a remote engine may still apply the
  // transaction, and so may an embedded engine whose process dies before it could undo the failed
  // write.
  virtual absl::StatusOr<Revision> Commit(const Transaction& transaction) = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_STORE_METADATA_STORE_H_

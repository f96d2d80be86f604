#ifndef CONTROLPLANE_STORE_ROCKSDB_STATUS_H_
#define CONTROLPLANE_STORE_ROCKSDB_STATUS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace rocksdb {
class Status;
}

namespace bellwether {

// Errors of the store in `directory`, with their remedies. Pure functions.

// OK if `status` is; DATA_LOSS (kStoreCorrupt) if it reports damaged data, else UNAVAILABLE
// (kStoreUnavailable). `action` is the failed action: "read from", "write to".
absl::Status FromRocksDb(const rocksdb::Status& status, absl::string_view action,
                         const std::string& directory);

// DATA_LOSS (kStoreCorrupt); `what` is the damaged part.
absl::Status StoreCorrupt(absl::string_view what, const std::string& directory);

// UNAVAILABLE (kStoreUnavailable); `problem` is a clause that ends with the remedy.
absl::Status StoreUnavailable(absl::string_view problem, const std::string& directory);

}  // namespace bellwether

#endif  // CONTROLPLANE_STORE_ROCKSDB_STATUS_H_

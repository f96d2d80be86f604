#include "controlplane/store/rocksdb_status.h"

#include <rocksdb/status.h>

#include "absl/strings/str_cat.h"
#include "controlplane/model/error.h"

namespace bellwether {

absl::Status FromRocksDb(const rocksdb::Status& status, absl::string_view action,
                         const std::string& directory) {
  if (status.ok()) return absl::OkStatus();
  if (status.IsCorruption()) return StoreCorrupt(status.ToString(), directory);
  return StoreUnavailable(
      absl::StrCat("cannot ", action, " it (", status.ToString(),
                   "): check that its disk has room and works, and that this user may write there; "
                   "the store goes on by itself once it can"),
      directory);
}

absl::Status StoreCorrupt(absl::string_view what, const std::string& directory) {
  return MakeError(
      absl::StatusCode::kDataLoss, Reason::kStoreCorrupt,
      absl::StrCat("metadata store \"", directory, "\" is damaged (", what,
                   "): keep a copy of the directory, check the disk, and restore a backup into an "
                   "empty directory"),
      {{"directory", directory}});
}

absl::Status StoreUnavailable(absl::string_view problem, const std::string& directory) {
  return MakeError(absl::StatusCode::kUnavailable, Reason::kStoreUnavailable,
                   absl::StrCat("metadata store \"", directory, "\": ", problem),
                   {{"directory", directory}});
}

}  // namespace bellwether

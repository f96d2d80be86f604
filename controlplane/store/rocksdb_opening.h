#ifndef CONTROLPLANE_STORE_ROCKSDB_OPENING_H_
#define CONTROLPLANE_STORE_ROCKSDB_OPENING_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace rocksdb {
class DB;
class Env;
}  // namespace rocksdb

namespace bellwether {

// What to do where there is no store yet.
enum class IfMissing { kCreate, kRefuse };

// Opens the RocksDB of a metadata store in `directory`, with all its data checked against its
// checksums; it holds the format marker and the latest revision. Changes nothing in a directory
// that it refuses, but may leave a LOCK file in one that holds a RocksDB.
//
// Errors, each with what to do: UNAVAILABLE (kStoreUnavailable) if the directory cannot be made or
// used; FAILED_PRECONDITION if it is open already (kStoreInUse), holds something else
// (kStoreForeign), or was written by a newer version (kStoreTooNew); DATA_LOSS (kStoreCorrupt) if
// it is damaged. Thread-safe.
absl::StatusOr<std::unique_ptr<rocksdb::DB>> OpenRocksDb(const std::string& directory,
                                                         IfMissing if_missing, rocksdb::Env* env);

// Whether there is a store in `directory`. Errors are those that OpenRocksDb would have because of
// the directory itself, of a lock on it, or of other files in it. Changes nothing on the disk.
absl::StatusOr<bool> FindRocksDb(const std::string& directory);

// Lets `read` have the RocksDB of the metadata store in `directory`, checked like that, and changes
// nothing in there but for a LOCK file, which is held meanwhile where this user may write it.
// Errors as above, FAILED_PRECONDITION (kStoreForeign) where there is no store, and those of
// `read`. Thread-safe.
absl::Status ReadRocksDb(const std::string& directory, rocksdb::Env* env,
                         const std::function<absl::Status(rocksdb::DB& db)>& read);

// Lets `fill` write a metadata store into `directory`, which must be empty or not exist:
// FAILED_PRECONDITION (kStoreNotEmpty). Whatever stops it, an unfinished one is refused by the two
// functions above. Errors are those of OpenRocksDb and of `fill`.
absl::Status FillRocksDb(const std::string& directory, rocksdb::Env* env,
                         const std::function<absl::Status(rocksdb::DB& db)>& fill);

}  // namespace bellwether

#endif  // CONTROLPLANE_STORE_ROCKSDB_OPENING_H_

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

// What to do if there is no store.
enum class IfMissing { kCreate, kRefuse };

// Opens the RocksDB of a metadata store in `directory`, and verifies all its data against its
// checksums; it contains the format marker and the latest revision. Changes nothing in a directory
// that it refuses, but may leave a LOCK file in one that contains a RocksDB.
//
// Errors, each with a remedy: UNAVAILABLE (kStoreUnavailable) if the directory cannot be created or
// used; FAILED_PRECONDITION if it is open already (kStoreInUse), contains something else
// (kStoreForeign), or was written by a newer version (kStoreTooNew); DATA_LOSS (kStoreCorrupt) if
// it is damaged. Thread-safe.
absl::StatusOr<std::unique_ptr<rocksdb::DB>> OpenRocksDb(const std::string& directory,
                                                         IfMissing if_missing, rocksdb::Env* env);

// Whether there is a store in `directory`. Errors are those of OpenRocksDb that concern the
// directory itself, a lock on it, or other files in it. Changes nothing on the disk.
absl::StatusOr<bool> FindRocksDb(const std::string& directory);

// Opens the RocksDB of the metadata store in `directory` for `read`, verified as by OpenRocksDb,
// and changes nothing in the directory except a LOCK file, which is held meanwhile if this user may
// write it. Errors as above, FAILED_PRECONDITION (kStoreForeign) if there is no store, and those of
// `read`. Thread-safe.
absl::Status ReadRocksDb(const std::string& directory, rocksdb::Env* env,
                         const std::function<absl::Status(rocksdb::DB& db)>& read);

// Lets `fill` write a metadata store into `directory`, which must be empty or not exist:
// FAILED_PRECONDITION (kStoreNotEmpty). Whatever interrupts it, OpenRocksDb and ReadRocksDb refuse
// an unfinished store. Errors are those of OpenRocksDb and of `fill`.
absl::Status FillRocksDb(const std::string& directory, rocksdb::Env* env,
                         const std::function<absl::Status(rocksdb::DB& db)>& fill);

}  // namespace bellwether

#endif  // CONTROLPLANE_STORE_ROCKSDB_OPENING_H_

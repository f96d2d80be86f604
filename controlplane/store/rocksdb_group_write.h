#ifndef CONTROLPLANE_STORE_ROCKSDB_GROUP_WRITE_H_
#define CONTROLPLANE_STORE_ROCKSDB_GROUP_WRITE_H_

#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controlplane/store/metadata_store.h"

namespace rocksdb {
class DB;
}

namespace bellwether {

// The latest revision in `db`. Errors as for MetadataStore::Get.
absl::StatusOr<Revision> ReadLatestRevision(rocksdb::DB& db, const std::string& directory);

// Transactions that become one write. Each is judged by what the database holds with the earlier
// ones of the group applied. Not thread-safe.
class RocksDbGroupWrite {
 public:
  // Does not own `db`, which nobody else may change and which must be open whenever Add or Write is
  // called. `latest` is the latest revision in it.
  RocksDbGroupWrite(rocksdb::DB& db, const std::string& directory, Revision latest);

  // Takes `transaction` into the group and returns its revision, or why not; then the group is as
  // before. Errors as for MetadataStore::Commit.
  absl::StatusOr<Revision> Add(const Transaction& transaction);

  // The revision of the last transaction taken; `latest` if none was.
  Revision latest() const { return latest_; }

  // Writes the group and syncs it, all or nothing. After an error it may still be in the log.
  absl::Status Write() const;

  // Puts back into `db`, the same database opened again, what the group found, and syncs it.
  absl::Status TakeBack(rocksdb::DB& db) const;

 private:
  struct Touched {
    // What the engine holds under this key, envelope included; nullopt: nothing.
    std::optional<std::string> before;
    // The same after the transactions that were taken, and its revision.
    std::optional<std::string> after;
    Revision revision = 0;
  };

  // Reads what the database holds under the user's `key`, once.
  absl::StatusOr<Touched*> Touch(const std::string& key);

  rocksdb::DB& db_;
  const std::string directory_;
  const Revision initial_;
  Revision latest_;
  // By the engine's key.
  std::map<std::string, Touched> touched_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_STORE_ROCKSDB_GROUP_WRITE_H_

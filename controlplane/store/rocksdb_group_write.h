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

// Transactions that become one write. Each is evaluated against the database with the earlier
// transactions of the group applied. Not thread-safe.
class RocksDbGroupWrite {
 public:
  // Does not own `db`, which no one else may change and which must be open whenever Add or Write is
  // called. `latest` is the latest revision in it.
  RocksDbGroupWrite(rocksdb::DB& db, const std::string& directory, Revision latest);

  // Adds `transaction` to the group and returns its revision. On an error the group is unchanged.
  // Errors as for MetadataStore::Commit.
  absl::StatusOr<Revision> Add(const Transaction& transaction);

  // The revision of the last transaction in the group; `latest` if it is empty.
  Revision latest() const { return latest_; }

  // Writes the group and syncs it, all or nothing. After an error it may still be in the log.
  absl::Status Write() const;

  // Restores in `db`, the same database opened again, the values from before the group, and syncs
  // it.
  absl::Status TakeBack(rocksdb::DB& db) const;

 private:
  struct Touched {
    // The engine's value for this key, including the envelope; nullopt if it has none.
    std::optional<std::string> before;
    // The engine's value after the transactions of the group, and its revision.
    std::optional<std::string> after;
    Revision revision = 0;
  };

  // Reads the database's value for the user's `key`, once.
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

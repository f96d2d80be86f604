#ifndef CONTROLPLANE_STORE_ROCKSDB_IMAGE_H_
#define CONTROLPLANE_STORE_ROCKSDB_IMAGE_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controlplane/store/metadata_store.h"

namespace rocksdb {
class Env;
}

namespace bellwether {

// Complete stores in directories: the format of backups, and the source of restored and imported
// stores. All functions block on the disk; `env` is nullptr for the machine's own files.

// The contents of the store in `directory`, verified against its checksums, as of its last commit.
// Changes nothing in the directory. Errors are those of RocksDbMetadataStore::Open, and
// FAILED_PRECONDITION (kStoreForeign) if there is no store.
absl::StatusOr<MetadataStore::Listing> ReadRocksDbImage(const std::string& directory,
                                                        rocksdb::Env* env = nullptr);

// The contents of the store that a start on `directory` would open; nullopt if it would create a
// new one. Changes nothing on the disk. Errors are those of RocksDbMetadataStore::Open.
absl::StatusOr<std::optional<MetadataStore::Listing>> TryRocksDb(const std::string& directory);

// Creates a store in `directory`, which must be empty or not exist, with exactly the contents of
// `listing`, including revisions: synced, read back and compared. Opening an unfinished image
// fails. Errors: FAILED_PRECONDITION (kStoreNotEmpty), and those of RocksDbMetadataStore::Open and
// Commit.
absl::Status WriteRocksDbImage(const MetadataStore::Listing& listing, const std::string& directory,
                               rocksdb::Env* env = nullptr);

}  // namespace bellwether

#endif  // CONTROLPLANE_STORE_ROCKSDB_IMAGE_H_

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

// Whole stores, in directories: what backups are, and what restored and imported stores are made
// from. All block on the disk; `env` is nullptr for the machine itself.

// Everything in the store in `directory`, checked against its checksums and as of its last commit.
// Changes nothing in there. Errors are those of RocksDbMetadataStore::Open, and FAILED_PRECONDITION
// (kStoreForeign) where there is no store.
absl::StatusOr<MetadataStore::Listing> ReadRocksDbImage(const std::string& directory,
                                                        rocksdb::Env* env = nullptr);

// Everything in the store that a start on `directory` would open; nullopt if it would make a new
// one. Changes nothing on the disk. Errors are those of RocksDbMetadataStore::Open.
absl::StatusOr<std::optional<MetadataStore::Listing>> TryRocksDb(const std::string& directory);

// Makes a store in `directory`, which must be empty or not exist, of exactly what `listing` says,
// revisions included: synced, read back and compared. An image that was not finished is refused by
// whoever opens it. Errors: FAILED_PRECONDITION (kStoreNotEmpty), and those of
// RocksDbMetadataStore::Open and Commit.
absl::Status WriteRocksDbImage(const MetadataStore::Listing& listing, const std::string& directory,
                               rocksdb::Env* env = nullptr);

}  // namespace bellwether

#endif  // CONTROLPLANE_STORE_ROCKSDB_IMAGE_H_

#ifndef CONTROLPLANE_STORE_ROCKSDB_LISTING_H_
#define CONTROLPLANE_STORE_ROCKSDB_LISTING_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "controlplane/store/metadata_store.h"

namespace rocksdb {
class DB;
}

namespace bellwether {

// The result of MetadataStore::List for `db`. Errors name `directory`. Thread-safe.
absl::StatusOr<MetadataStore::Listing> ListRocksDb(rocksdb::DB& db, absl::string_view prefix,
                                                   const std::string& directory);

}  // namespace bellwether

#endif  // CONTROLPLANE_STORE_ROCKSDB_LISTING_H_

#ifndef CONTROLPLANE_CATALOG_METADATA_CHECK_H_
#define CONTROLPLANE_CATALOG_METADATA_CHECK_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controlplane/catalog/record_codec.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// Looks at stored metadata as a whole: before it starts to serve, and before a copy of it counts.
// Pure functions.

// The layout of keys and records that this version writes.
inline constexpr int32_t kSchemaVersion = 1;

// What is in a store.
struct MetadataSummary {
  ClusterIdentity identity;
  Revision revision = 0;
  size_t entries = 0;
  size_t virtual_clusters = 0;
  size_t agent_pools = 0;
  size_t agents = 0;
  size_t remembered_requests = 0;
  size_t plans = 0;
};

// FAILED_PRECONDITION (kStoreTooNew) for a schema that this version does not know.
absl::Status CheckSchema(const ClusterIdentity& identity);

// FAILED_PRECONDITION (kWrongCluster) unless `expected_uid` is empty or that of `identity`.
absl::Status CheckClusterUid(const ClusterIdentity& identity, const std::string& expected_uid);

// DATA_LOSS (kStoreCorrupt), which names the key, for a record that cannot be read. Keys that are
// not known are left to whoever knows them, and so are plans: a lost one costs moves, not data.
absl::Status CheckRecord(const StoredEntry& entry);

// Reads every record of `all`, which is a whole store, and sums up what is there. Errors as above,
// and DATA_LOSS (kStoreCorrupt) where records contradict each other or nothing says whose they are.
absl::StatusOr<MetadataSummary> CheckMetadata(const MetadataStore::Listing& all);

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_METADATA_CHECK_H_

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

// Checks stored metadata as a whole: before a control plane serves it, and before a copy counts as
// good. Pure functions.

// The version of the layout of keys and records that this program writes.
inline constexpr int32_t kSchemaVersion = 1;

// The contents of a store.
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

// FAILED_PRECONDITION (kStoreTooNew) for a schema of a newer version.
absl::Status CheckSchema(const ClusterIdentity& identity);

// FAILED_PRECONDITION (kWrongCluster) unless `expected_uid` is empty or equals that of `identity`.
absl::Status CheckClusterUid(const ClusterIdentity& identity, const std::string& expected_uid);

// DATA_LOSS (kStoreCorrupt), naming the key, for a record that cannot be read. Ignores unknown
// keys, and also plans: a lost plan costs moves, not data.
absl::Status CheckRecord(const StoredEntry& entry);

// Reads every record of `all`, a complete store, and summarizes it. Errors as above, and DATA_LOSS
// (kStoreCorrupt) if records contradict each other or the cluster's identity is missing.
absl::StatusOr<MetadataSummary> CheckMetadata(const MetadataStore::Listing& all);

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_METADATA_CHECK_H_

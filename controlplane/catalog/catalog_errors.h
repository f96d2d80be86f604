#ifndef CONTROLPLANE_CATALOG_CATALOG_ERRORS_H_
#define CONTROLPLANE_CATALOG_CATALOG_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controlplane/model/virtual_cluster.h"

namespace bellwether {

// Errors that several parts of the catalog report. Pure functions.

// NOT_FOUND (kVirtualClusterNotFound): no virtual cluster has that id, name or uid.
absl::Status VirtualClusterNotFound(absl::string_view id_name_or_uid);
// NOT_FOUND (kVirtualClusterNotFound) for a deleted virtual cluster: states until when it can be
// undeleted.
absl::Status VirtualClusterIsDeleted(const VirtualCluster& cluster);
// FAILED_PRECONDITION (kVirtualClusterHasNoAgentPool).
absl::Status HasNoAgentPool(const VirtualCluster& cluster);
// NOT_FOUND (kAgentPoolNotFound).
absl::Status AgentPoolNotFound(absl::string_view id_or_name);
// FAILED_PRECONDITION (kAgentPoolMismatch): no virtual cluster is bound to the pool.
absl::Status AgentPoolIsUnbound(absl::string_view id);
// OK if `wanted` is empty or equals the etag of the resource; else ABORTED (kEtagMismatch).
absl::Status CheckEtag(absl::string_view resource_name, absl::string_view wanted,
                       absl::string_view etag);
// RESOURCE_EXHAUSTED (kLimitExceeded).
absl::Status TooMany(absl::string_view things, size_t limit, absl::string_view remedy);

// "2031-05-01T12:00:00Z".
std::string FormatUtc(absl::Time time);

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_CATALOG_ERRORS_H_

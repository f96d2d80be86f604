#ifndef CONTROLPLANE_CATALOG_FINGERPRINT_H_
#define CONTROLPLANE_CATALOG_FINGERPRINT_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/catalog/credentials.h"

namespace bellwether {

// Hashes of requested changes: equal for equal content, in every process and version with the same
// fields. Pure functions.
uint64_t Fingerprint(const VirtualClusterFields& fields, absl::string_view etag);
uint64_t Fingerprint(const AgentPoolFields& fields, absl::string_view etag);
uint64_t Fingerprint(const CredentialFields& fields, const Grant& grant);
uint64_t Fingerprint(bool force, absl::string_view etag);

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_FINGERPRINT_H_

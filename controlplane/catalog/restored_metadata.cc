#include "controlplane/catalog/restored_metadata.h"

#include "absl/strings/match.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/catalog/keys.h"
#include "controlplane/catalog/metadata_check.h"
#include "controlplane/catalog/record_codec.h"

namespace bellwether {
namespace {

// More commits, and more starts, than any control plane makes after a backup that is still of use.
constexpr Revision kLostRevisions = 1'000'000'000;
constexpr int64_t kLostStarts = 1'000'000;

}  // namespace

absl::StatusOr<MetadataStore::Listing> RestoredMetadata(MetadataStore::Listing copy) {
  RETURN_IF_ERROR(CheckMetadata(copy).status());
  copy.revision += kLostRevisions;
  for (StoredEntry& entry : copy.entries) {
    if (entry.key == kClusterKey) {
      ASSIGN_OR_RETURN(ClusterIdentity identity, DecodeClusterIdentity(entry));
      identity.start_count += kLostStarts;
      entry.value = EncodeClusterIdentity(identity);
    } else if (absl::StartsWith(entry.key, kRegistrationPrefix)) {
      ASSIGN_OR_RETURN(Registration registration, DecodeRegistration(entry));
      registration.dead = true;
      entry.value = EncodeRegistration(registration);
    }
  }
  return copy;
}

}  // namespace bellwether

#ifndef CONTROLPLANE_CATALOG_RESTORED_METADATA_H_
#define CONTROLPLANE_CATALOG_RESTORED_METADATA_H_

#include "absl/status/statusor.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// What a control plane goes on with after all that followed `copy`, a whole store, is gone. Agents
// and clients may still hold what they were given since, so nothing of that may come a second time:
// revisions (and with them etags and epochs) and view versions go on far above. Every agent is dead
// until it registers again; its node id and an admin's drain stay. Errors are those of
// CheckMetadata. Pure.
absl::StatusOr<MetadataStore::Listing> RestoredMetadata(MetadataStore::Listing copy);

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_RESTORED_METADATA_H_

#ifndef CONTROLPLANE_CATALOG_RESTORED_METADATA_H_
#define CONTROLPLANE_CATALOG_RESTORED_METADATA_H_

#include "absl/status/statusor.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// The metadata with which a control plane continues after it was restored from `copy`, a complete
// store, and everything later was lost. Agents and clients may still hold later values, so none of
// these may be reused: revisions (and with them etags and epochs) and view versions continue far
// above. Every agent is dead until it registers again; its broker id and an admin's drain stay.
// Errors are those of CheckMetadata. Pure.
absl::StatusOr<MetadataStore::Listing> RestoredMetadata(MetadataStore::Listing copy);

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_RESTORED_METADATA_H_

#ifndef CONTROLPLANE_CATALOG_EXPORT_CODEC_H_
#define CONTROLPLANE_CATALOG_EXPORT_CODEC_H_

#include <istream>
#include <ostream>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// All metadata as text for people and programs, whatever the engine: JSON lines as
// bellwether/storage/v1/export.proto lays them out.

// Writes `all`, a whole store, whose records CheckMetadata has found good. INTERNAL for an entry
// that cannot be written as JSON, and where the stream takes no more.
absl::Status WriteExport(const MetadataStore::Listing& all, std::ostream& out);

// Reads it back. Revisions are those that were exported. Errors name the line: INVALID_ARGUMENT
// (kInvalidArgument) for one that cannot be read or does not fit the others, and for a file that
// was cut off; FAILED_PRECONDITION (kStoreTooNew) for one of a newer version.
absl::StatusOr<MetadataStore::Listing> ReadExport(std::istream& in);

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_EXPORT_CODEC_H_

#ifndef CONTROLPLANE_CATALOG_EXPORT_CODEC_H_
#define CONTROLPLANE_CATALOG_EXPORT_CODEC_H_

#include <istream>
#include <ostream>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// All metadata as text, independent of the storage engine: JSON lines in the format of
// bellwether/storage/v1/export.proto.

// Writes `all`, a complete store whose records have passed CheckMetadata. INTERNAL for an entry
// that cannot be written as JSON, and if writing to the stream fails.
absl::Status WriteExport(const MetadataStore::Listing& all, std::ostream& out);

// Reads an export. Revisions are those of the exported store. Errors name the line:
// INVALID_ARGUMENT (kInvalidArgument) for a line that cannot be read or contradicts the others, and
// for a truncated file; FAILED_PRECONDITION (kStoreTooNew) for an export of a newer version.
absl::StatusOr<MetadataStore::Listing> ReadExport(std::istream& in);

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_EXPORT_CODEC_H_

#ifndef CONTROLPLANE_STORE_STORED_RECORD_H_
#define CONTROLPLANE_STORE_STORED_RECORD_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// The layout of entries and of the store's own data in an ordered engine of plain keys and values.
// Two key spaces, distinguished by the first byte, keep user keys and the store's keys apart. A
// change of the layout must raise kStoreFormat. Pure functions.

// The version of this layout. A store with a higher one is refused.
inline constexpr int kStoreFormat = 1;

// The keys of the format marker and of the latest revision.
inline constexpr absl::string_view kFormatKey = "mformat";
inline constexpr absl::string_view kRevisionKey = "mrevision";
// Exists from before the first entry of a copy is written until its format marker is.
inline constexpr absl::string_view kUnfinishedKey = "munfinished";

// The engine's key for the user's `key`; for a prefix, the engine's prefix.
std::string RecordKey(absl::string_view key);
// The user's key, or nullopt if `record_key` is not one of RecordKey's.
std::optional<std::string> UserKey(absl::string_view record_key);

// A value in its envelope: one byte for the envelope's version, the revision in 8 bytes (most
// significant first), the value. It has no checksum, because the engine has one for each of its
// blocks.
struct Record {
  Revision revision = 0;
  absl::string_view value;
};
std::string EncodeRecord(const Record& record);
// Nullopt if `encoded` is not a valid envelope. The value points into `encoded`.
std::optional<Record> DecodeRecord(absl::string_view encoded);

// The format marker's value for `format`, and its parser: nullopt if `encoded` is not a format
// marker.
std::string EncodeFormat(int format);
std::optional<int> DecodeFormat(absl::string_view encoded);

}  // namespace bellwether

#endif  // CONTROLPLANE_STORE_STORED_RECORD_H_

#include "agentclient/reference_agent/kafka/record_batch.h"

#include "agentclient/reference_agent/kafka/wire_reader.h"

namespace bellwether::kafka {
namespace {

// The least that a record of format 2 takes up: its length, attributes, two deltas, the lengths of
// key and value, the number of headers, a byte each.
constexpr int64_t kLeastRecordBytes = 7;
constexpr int16_t kCompressionMask = 0x07;

// Reads a batch of format 2 from its attributes on, to the end of `reader`; returns its records, or
// -1 if it is malformed.
int64_t CountBatch(WireReader& reader) {
  const int16_t attributes = reader.Int16();
  const int32_t last_offset_delta = reader.Int32();
  reader.Int64();  // First timestamp.
  reader.Int64();  // Last timestamp.
  reader.Int64();  // Producer id.
  reader.Int16();  // Producer epoch.
  reader.Int32();  // First sequence number.
  const int32_t count = reader.Int32();
  if (!reader.ok() || count <= 0 || last_offset_delta != count - 1) return -1;
  const bool compressed = (attributes & kCompressionMask) != 0;
  if (!compressed && count > static_cast<int64_t>(reader.remaining()) / kLeastRecordBytes) {
    return -1;
  }
  return count;
}

// Reads a message of format 0 or 1 from its attributes on, to the end of `reader`; returns 1, or -1
// if it is malformed.
int64_t CountMessage(int8_t magic, WireReader& reader) {
  reader.Int8();                   // Attributes.
  if (magic == 1) reader.Int64();  // Timestamp.
  reader.NullableBytes();          // Key.
  reader.NullableBytes();          // Value.
  return reader.ok() && reader.remaining() == 0 ? 1 : -1;
}

}  // namespace

std::optional<RecordSetSize> MeasureRecordSet(absl::string_view records) {
  if (records.empty()) return std::nullopt;
  RecordSetSize size;
  size.bytes = static_cast<int64_t>(records.size());
  while (!records.empty()) {
    // An offset and a length stand before batches and messages alike.
    WireReader reader(records);
    reader.Int64();
    const int32_t length = reader.Int32();
    if (!reader.ok() || length < 0 || static_cast<size_t>(length) > reader.remaining()) {
      return std::nullopt;
    }
    const size_t start = records.size() - reader.remaining();
    WireReader body(records.substr(start, length));
    body.Int32();  // Leader epoch of a batch, checksum of a message.
    const int8_t magic = body.Int8();
    if (!body.ok() || magic < 0 || magic > 2) return std::nullopt;
    if (magic == 2) body.Int32();  // Checksum.
    const int64_t count = magic == 2 ? CountBatch(body) : CountMessage(magic, body);
    if (count < 0) return std::nullopt;
    size.records += count;
    records.remove_prefix(start + length);
  }
  return size;
}

}  // namespace bellwether::kafka

#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_RECORD_BATCH_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_RECORD_BATCH_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace bellwether::kafka {

// The size of a set of records as sent: compressed or not.
struct RecordSetSize {
  int64_t bytes = 0;
  int64_t records = 0;
};

// Measures the records that a producer sent for one partition: batches of format 2, or messages of
// formats 0 and 1, from their outer fields only. Decompresses nothing and verifies no checksum,
// since the records are discarded. A compressed message of format 0 or 1 hides how many it wraps
// and counts as one. Returns nullopt if there is nothing, or if a length, count or format is
// invalid. Pure.
std::optional<RecordSetSize> MeasureRecordSet(absl::string_view records);

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_RECORD_BATCH_H_

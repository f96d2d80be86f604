#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_LIST_OFFSETS_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_LIST_OFFSETS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agentclient/reference_agent/kafka/error_code.h"
#include "agentclient/reference_agent/kafka/wire_reader.h"
#include "agentclient/reference_agent/kafka/wire_writer.h"

namespace bellwether::kafka {

// A request for offsets of partitions by time. Points into the frame.
struct ListOffsetsRequest {
  // Timestamps below 0 have a special meaning.
  static constexpr int64_t kLatest = -1;
  static constexpr int64_t kEarliest = -2;
  static constexpr int64_t kEarliestLocal = -4;

  struct Partition {
    int32_t index = 0;
    // The request is for the first record at or after this time, in milliseconds since 1970; or one
    // of the constants above.
    int64_t timestamp = kLatest;
  };
  struct Topic {
    absl::string_view name;
    std::vector<Partition> partitions;
  };

  std::vector<Topic> topics;
};

// The offsets, in the order of the request.
struct ListOffsetsResponse {
  struct Partition {
    int32_t index = 0;
    ErrorCode error = ErrorCode::kNone;
    // -1 with an error, and if no record is as late as the timestamp.
    int64_t offset = -1;
  };
  struct Topic {
    std::string name;
    std::vector<Partition> partitions;
  };

  std::vector<Topic> topics;
};

// Versions 1 to 9. The result counts only if reader.ok().
ListOffsetsRequest ParseListOffsetsRequest(int16_t version, WireReader& reader);
void WriteListOffsetsResponse(int16_t version, const ListOffsetsResponse& response,
                              WireWriter& writer);

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_LIST_OFFSETS_H_

#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_FETCH_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_FETCH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agentclient/reference_agent/kafka/error_code.h"
#include "agentclient/reference_agent/kafka/wire_reader.h"
#include "agentclient/reference_agent/kafka/wire_writer.h"

namespace bellwether::kafka {

// A request for records. Points into the frame.
struct FetchRequest {
  struct Partition {
    int32_t index = 0;
    int64_t fetch_offset = 0;
  };
  struct Topic {
    absl::string_view name;
    std::vector<Partition> partitions;
  };

  // How long to wait for min_bytes.
  int32_t max_wait_ms = 0;
  int32_t min_bytes = 0;
  // Above 0 in a session that the client believes the agent keeps; from version 7.
  int32_t session_epoch = -1;
  std::vector<Topic> topics;
};

// The answer: never any records, only the offset at which each partition's log begins and ends. No
// sessions are kept.
struct FetchResponse {
  struct Partition {
    int32_t index = 0;
    ErrorCode error = ErrorCode::kNone;
    // High watermark, last stable offset and log start offset; -1 if the partition is unknown.
    int64_t log_offset = -1;
  };
  struct Topic {
    std::string name;
    std::vector<Partition> partitions;
  };

  ErrorCode error = ErrorCode::kNone;
  std::vector<Topic> topics;
};

// Versions 4 to 11. The result counts only if reader.ok().
FetchRequest ParseFetchRequest(int16_t version, WireReader& reader);
void WriteFetchResponse(int16_t version, const FetchResponse& response, WireWriter& writer);

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_FETCH_H_

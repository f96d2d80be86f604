#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_PRODUCE_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_PRODUCE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agentclient/reference_agent/kafka/error_code.h"
#include "agentclient/reference_agent/kafka/wire_reader.h"
#include "agentclient/reference_agent/kafka/wire_writer.h"

namespace bellwether::kafka {

// Records to write. Points into the frame.
struct ProduceRequest {
  struct Partition {
    int32_t index = 0;
    std::optional<absl::string_view> records;
  };
  struct Topic {
    absl::string_view name;
    std::vector<Partition> partitions;
  };

  // -1: all replicas, 1: the leader, 0: the client expects no answer at all.
  int16_t acks = 0;
  std::vector<Topic> topics;
};

// The results, in the order of the request.
struct ProduceResponse {
  struct Partition {
    int32_t index = 0;
    ErrorCode error = ErrorCode::kNone;
    // Offset of the first record; -1 with an error.
    int64_t base_offset = -1;
    int64_t log_start_offset = -1;
  };
  struct Topic {
    std::string name;
    std::vector<Partition> partitions;
  };

  std::vector<Topic> topics;
};

// Versions 0 to 9. The result counts only if reader.ok().
ProduceRequest ParseProduceRequest(int16_t version, WireReader& reader);
void WriteProduceResponse(int16_t version, const ProduceResponse& response, WireWriter& writer);

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_PRODUCE_H_

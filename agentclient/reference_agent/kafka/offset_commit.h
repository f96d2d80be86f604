#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_OFFSET_COMMIT_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_OFFSET_COMMIT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agentclient/reference_agent/kafka/error_code.h"
#include "agentclient/reference_agent/kafka/wire_reader.h"
#include "agentclient/reference_agent/kafka/wire_writer.h"

namespace bellwether::kafka {

// Offsets that a group commits. Points into the frame. The offsets themselves are not parsed,
// because none are kept.
struct OffsetCommitRequest {
  struct Topic {
    absl::string_view name;
    std::vector<int32_t> partitions;
  };

  absl::string_view group;
  // Below 0 for a consumer that is not a member of the group.
  int32_t generation = -1;
  std::vector<Topic> topics;
};

// The results, in the order of the request.
struct OffsetCommitResponse {
  struct Partition {
    int32_t index = 0;
    ErrorCode error = ErrorCode::kNone;
  };
  struct Topic {
    std::string name;
    std::vector<Partition> partitions;
  };

  std::vector<Topic> topics;
};

// Versions 2 to 8. The result counts only if reader.ok().
OffsetCommitRequest ParseOffsetCommitRequest(int16_t version, WireReader& reader);
void WriteOffsetCommitResponse(int16_t version, const OffsetCommitResponse& response,
                               WireWriter& writer);

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_OFFSET_COMMIT_H_

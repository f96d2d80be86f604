#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_METADATA_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_METADATA_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agentclient/reference_agent/kafka/error_code.h"
#include "agentclient/reference_agent/kafka/leader_source.h"
#include "agentclient/reference_agent/kafka/uuid.h"
#include "agentclient/reference_agent/kafka/wire_reader.h"
#include "agentclient/reference_agent/kafka/wire_writer.h"

namespace bellwether::kafka {

// A request for the description of topics. Points into the frame.
struct MetadataRequest {
  struct Topic {
    // Zero unless the client uses ids (version 12).
    Uuid id;
    std::optional<absl::string_view> name;
  };

  bool all_topics = false;
  // Empty if all_topics.
  std::vector<Topic> topics;
};

// The answer. A leader is also the only replica, because storage replicates. Leader epochs are
// always -1 and racks null.
struct MetadataResponse {
  struct Partition {
    ErrorCode error = ErrorCode::kNone;
    // -1 with kLeaderNotAvailable.
    int32_t leader = -1;
  };
  struct Topic {
    ErrorCode error = ErrorCode::kNone;
    // Null only for an unknown id.
    std::optional<std::string> name;
    Uuid id;
    // By partition number.
    std::vector<Partition> partitions;
  };

  // Clients ignore an answer without brokers.
  std::vector<BrokerAddress> brokers;
  std::optional<std::string> cluster_id;
  int32_t controller_id = -1;
  std::vector<Topic> topics;
};

// Versions 0 to 12. The result counts only if reader.ok().
MetadataRequest ParseMetadataRequest(int16_t version, WireReader& reader);
void WriteMetadataResponse(int16_t version, const MetadataResponse& response, WireWriter& writer);

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_METADATA_H_

#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_CONSUMER_GROUP_HEARTBEAT_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_CONSUMER_GROUP_HEARTBEAT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "agentclient/reference_agent/kafka/error_code.h"
#include "agentclient/reference_agent/kafka/wire_reader.h"
#include "agentclient/reference_agent/kafka/wire_writer.h"

namespace bellwether::kafka {

// The request by which a consumer joins its group under the newer group protocol
// (group.protocol=consumer). Points into the frame.
struct ConsumerGroupHeartbeatRequest {
  absl::string_view group;
};

// Versions 0 and 1. The result counts only if reader.ok().
ConsumerGroupHeartbeatRequest ParseConsumerGroupHeartbeatRequest(int16_t version,
                                                                 WireReader& reader);
// A refusal: there are no members. Both versions have the same format. REQUIRES: `error` is not
// kNone.
void WriteConsumerGroupHeartbeatResponse(ErrorCode error, const std::string& error_message,
                                         WireWriter& writer);

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_CONSUMER_GROUP_HEARTBEAT_H_

#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_JOIN_GROUP_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_JOIN_GROUP_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "agentclient/reference_agent/kafka/error_code.h"
#include "agentclient/reference_agent/kafka/wire_reader.h"
#include "agentclient/reference_agent/kafka/wire_writer.h"

namespace bellwether::kafka {

// A consumer's request to become a member of its group. Points into the frame.
struct JoinGroupRequest {
  absl::string_view group;
};

// Versions 0 to 5. The result counts only if reader.ok().
JoinGroupRequest ParseJoinGroupRequest(int16_t version, WireReader& reader);
// A refusal: there are no members. REQUIRES: `error` is not kNone.
void WriteJoinGroupResponse(int16_t version, ErrorCode error, WireWriter& writer);

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_JOIN_GROUP_H_

#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_FIND_COORDINATOR_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_FIND_COORDINATOR_H_

#include "absl/strings/string_view.h"
#include "agentclient/reference_agent/kafka/error_code.h"
#include "agentclient/reference_agent/kafka/wire_reader.h"
#include "agentclient/reference_agent/kafka/wire_writer.h"

namespace bellwether::kafka {

// A consumer asks for the coordinator of its group. There is none: the answer is always an error,
// and the request is supported only because librdkafka takes that for a sign that lz4 is.
struct FindCoordinatorRequest {
  // Points into the frame.
  absl::string_view group;
};

// Version 0. The result counts only if reader.ok().
FindCoordinatorRequest ParseFindCoordinatorRequest(WireReader& reader);
// REQUIRES: error is not kNone.
void WriteFindCoordinatorResponse(ErrorCode error, WireWriter& writer);

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_FIND_COORDINATOR_H_

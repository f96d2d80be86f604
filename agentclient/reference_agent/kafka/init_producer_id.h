#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_INIT_PRODUCER_ID_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_INIT_PRODUCER_ID_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "agentclient/reference_agent/kafka/error_code.h"
#include "agentclient/reference_agent/kafka/wire_reader.h"
#include "agentclient/reference_agent/kafka/wire_writer.h"

namespace bellwether::kafka {

// An idempotent producer's request for a producer id. Points into the frame.
struct InitProducerIdRequest {
  // Null for producers that are idempotent but not transactional.
  std::optional<absl::string_view> transactional_id;
  // The producer's previous id; -1 if it has none, and before version 3.
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;
};

struct InitProducerIdResponse {
  ErrorCode error = ErrorCode::kNone;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;
};

// Versions 0 to 4. The result counts only if reader.ok().
InitProducerIdRequest ParseInitProducerIdRequest(int16_t version, WireReader& reader);
// All versions have the same format.
void WriteInitProducerIdResponse(const InitProducerIdResponse& response, WireWriter& writer);

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_INIT_PRODUCER_ID_H_

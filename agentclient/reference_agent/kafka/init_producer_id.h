#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_INIT_PRODUCER_ID_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_INIT_PRODUCER_ID_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "agentclient/reference_agent/kafka/error_code.h"
#include "agentclient/reference_agent/kafka/wire_reader.h"
#include "agentclient/reference_agent/kafka/wire_writer.h"

namespace bellwether::kafka {

// An idempotent producer asks who it is. Points into the frame.
struct InitProducerIdRequest {
  // Null for producers that are only idempotent.
  std::optional<absl::string_view> transactional_id;
  // Who it was so far; -1 if nobody, and before version 3.
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
// All versions are alike.
void WriteInitProducerIdResponse(const InitProducerIdResponse& response, WireWriter& writer);

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_INIT_PRODUCER_ID_H_

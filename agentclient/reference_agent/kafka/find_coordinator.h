#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_FIND_COORDINATOR_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_FIND_COORDINATOR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agentclient/reference_agent/kafka/error_code.h"
#include "agentclient/reference_agent/kafka/leader_source.h"
#include "agentclient/reference_agent/kafka/wire_reader.h"
#include "agentclient/reference_agent/kafka/wire_writer.h"

namespace bellwether::kafka {

// A request for the coordinators of consumer groups or transactions. Points into the frame.
struct FindCoordinatorRequest {
  static constexpr int8_t kGroup = 0;
  static constexpr int8_t kTransaction = 1;

  // Always kGroup in version 0.
  int8_t key_type = kGroup;
  // Group ids, or transactional ids. Exactly one before version 4.
  std::vector<absl::string_view> keys;
};

// The coordinators, in the order of the request.
struct FindCoordinatorResponse {
  struct Coordinator {
    std::string key;
    ErrorCode error = ErrorCode::kNone;
    // From version 1.
    std::optional<std::string> error_message;
    // With an error: -1, "", -1.
    BrokerAddress broker = {-1, "", -1};
  };

  // Exactly one before version 4.
  std::vector<Coordinator> coordinators;
};

// Versions 0 to 4. The result counts only if reader.ok().
FindCoordinatorRequest ParseFindCoordinatorRequest(int16_t version, WireReader& reader);
void WriteFindCoordinatorResponse(int16_t version, const FindCoordinatorResponse& response,
                                  WireWriter& writer);

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_FIND_COORDINATOR_H_

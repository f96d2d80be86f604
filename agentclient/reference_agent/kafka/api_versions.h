#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_API_VERSIONS_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_API_VERSIONS_H_

#include <cstdint>

#include "agentclient/reference_agent/kafka/error_code.h"
#include "agentclient/reference_agent/kafka/wire_reader.h"
#include "agentclient/reference_agent/kafka/wire_writer.h"

namespace bellwether::kafka {

// A client's description of itself in its first request. Points into the frame.
struct ApiVersionsRequest {
  // Empty before version 3.
  absl::string_view client_software_name;
  absl::string_view client_software_version;
};

// Versions 0 to 3. The result counts only if reader.ok().
ApiVersionsRequest ParseApiVersionsRequest(int16_t version, WireReader& reader);

// Lists SupportedApis(). A client with an unsupported version gets version 0 of the answer with
// kUnsupportedVersion, and finds the right version in the list.
void WriteApiVersionsResponse(int16_t version, ErrorCode error, WireWriter& writer);

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_API_VERSIONS_H_

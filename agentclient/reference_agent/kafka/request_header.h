#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_REQUEST_HEADER_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_REQUEST_HEADER_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "agentclient/reference_agent/kafka/wire_reader.h"
#include "agentclient/reference_agent/kafka/wire_writer.h"

namespace bellwether::kafka {

// The header of every request.
struct RequestHeader {
  int16_t api_key = 0;
  int16_t api_version = 0;
  // The answer repeats it.
  int32_t correlation_id = 0;
  // Empty if the client gave none. Points into the frame.
  absl::string_view client_id;
};

// Reads the header and sets the reader's encoding for the body. If the key or version is not
// supported, reads only the numbers, because only their position is the same in all versions.
RequestHeader ParseRequestHeader(WireReader& reader);

// The error that closes the connection of a client with an unreadable request.
absl::Status Malformed(const RequestHeader& header);

// Starts the answer to a supported request and sets the writer's encoding for the body. The header
// of an ApiVersions answer never has tagged fields: clients must be able to read it before they
// know the supported versions.
void WriteResponseHeader(const RequestHeader& request, WireWriter& writer);

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_REQUEST_HEADER_H_

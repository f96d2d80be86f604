#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_REQUEST_HEADER_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_REQUEST_HEADER_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "agentclient/reference_agent/kafka/wire_reader.h"
#include "agentclient/reference_agent/kafka/wire_writer.h"

namespace bellwether::kafka {

// What stands before every request.
struct RequestHeader {
  int16_t api_key = 0;
  int16_t api_version = 0;
  // The answer repeats it.
  int32_t correlation_id = 0;
  // Empty if the client gave none. Points into the frame.
  absl::string_view client_id;
};

// Reads the header and sets the reader's encoding for the body. Of a request whose key or version
// is not supported only the numbers are read, for they alone stand where they always stood.
RequestHeader ParseRequestHeader(WireReader& reader);

// The error that closes the connection of a client whose request cannot be read.
absl::Status Malformed(const RequestHeader& header);

// Starts the answer to a supported request and sets the writer's encoding for the body. Clients
// that do not know our versions yet must be able to read the answer to ApiVersions: its header
// never has tagged fields.
void WriteResponseHeader(const RequestHeader& request, WireWriter& writer);

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_REQUEST_HEADER_H_

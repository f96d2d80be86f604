#ifndef AGENTCLIENT_REFERENCE_AGENT_VALID_UTF8_H_
#define AGENTCLIENT_REFERENCE_AGENT_VALID_UTF8_H_

#include <string>

#include "absl/strings/string_view.h"

namespace bellwether {

// `text` with '?' in place of each byte that belongs to no UTF-8 character: protobuf refuses a
// message with any other text, and Kafka clients may send any bytes as their id. Pure.
std::string ValidUtf8(absl::string_view text);

}  // namespace bellwether

#endif  // AGENTCLIENT_REFERENCE_AGENT_VALID_UTF8_H_

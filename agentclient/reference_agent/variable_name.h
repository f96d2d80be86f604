#ifndef AGENTCLIENT_REFERENCE_AGENT_VARIABLE_NAME_H_
#define AGENTCLIENT_REFERENCE_AGENT_VARIABLE_NAME_H_

#include <string>

#include "absl/strings/string_view.h"

namespace bellwether {

// The environment variable for a flag of the agent: WarpStream's own name where it has one
// ("WARPSTREAM_AGENT_POOL_NAME" for "agentPoolName"), else of the form
// "BELLWETHER_AGENT_KAFKA_ADDRESS" for "kafkaAddress". No variable of the control plane has the
// same name. Pure.
std::string VariableName(absl::string_view flag);

}  // namespace bellwether

#endif  // AGENTCLIENT_REFERENCE_AGENT_VARIABLE_NAME_H_

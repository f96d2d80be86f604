#ifndef AGENTCLIENT_REFERENCE_AGENT_REFUSAL_H_
#define AGENTCLIENT_REFERENCE_AGENT_REFUSAL_H_

#include <string>

#include "absl/status/status.h"

namespace bellwether {

// The remedy for a registration that the control plane refused, in terms of the agent's own flags
// and variables. Pure.
std::string Remedy(const absl::Status& refusal);

}  // namespace bellwether

#endif  // AGENTCLIENT_REFERENCE_AGENT_REFUSAL_H_

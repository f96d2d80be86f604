#ifndef AGENTCLIENT_REFERENCE_AGENT_REFERENCE_AGENT_H_
#define AGENTCLIENT_REFERENCE_AGENT_REFERENCE_AGENT_H_

#include "agentclient/reference_agent/agent_options.h"
#include "agentclient/reference_agent/shutdown_request.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/random.h"

namespace bellwether {

// Runs the reference agent until `shutdown` is requested: listens for Kafka clients, joins its
// pool, serves, leaves the pool, continues to serve while clients find other agents, and closes.
// Logs each step.
//
// Returns the process's exit status: 0 after a shutdown, 1 if the agent could not start, was
// refused by the control plane, or had to stop because a later run of it exists.
int RunReferenceAgent(const AgentOptions& options, const Clock& clock, Random& random,
                      ShutdownRequest& shutdown);

}  // namespace bellwether

#endif  // AGENTCLIENT_REFERENCE_AGENT_REFERENCE_AGENT_H_

#ifndef CONTROLPLANE_SERVICE_AGENT_PROTO_H_
#define CONTROLPLANE_SERVICE_AGENT_PROTO_H_

#include "absl/status/statusor.h"
#include "bellwether/v1/agent.pb.h"
#include "bellwether/v1/agent_pool.pb.h"
#include "controlplane/assignment/answer_tally.h"
#include "controlplane/membership/heartbeat.h"
#include "controlplane/membership/roster.h"
#include "controlplane/model/agent.h"
#include "controlplane/model/agent_pool.h"

namespace bellwether {

// Converts agents and their reports between wire and model. Pure functions.

v1::Agent::State ToProto(AgentState state);
v1::Agent ToProto(const RosterEntry& entry, const AgentPool& pool,
                  v1::ListAgentsRequest::View view);

// The agent's description in a registration. INVALID_ARGUMENT for an invalid address, role or
// strategy; other fields are validated where they are used.
absl::StatusOr<AgentSpec> FromProto(const v1::RegisterAgentRequest& request);

// Does not check numbers: they are clamped where they are used.
Heartbeat FromProto(const v1::HeartbeatRequest& request);

// The queries that an agent has answered from its view. Skips unknown names, and clamps impossible
// numbers.
AnswerTally FromProto(const v1::AnswerCounts& counts);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_AGENT_PROTO_H_

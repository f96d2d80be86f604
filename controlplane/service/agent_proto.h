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

// Between agents and their reports on the wire and in the model. Pure functions.

v1::Agent::State ToProto(AgentState state);
v1::Agent ToProto(const RosterEntry& entry, const AgentPool& pool,
                  v1::ListAgentsRequest::View view);

// What a registration says of the agent. INVALID_ARGUMENT for an address, role or strategy that
// cannot be; the rest is validated where it is used.
absl::StatusOr<AgentSpec> FromProto(const v1::RegisterAgentRequest& request);

// Numbers are taken as they are: they are clamped where they are used.
Heartbeat FromProto(const v1::HeartbeatRequest& request);

// What an agent has answered without asking. Names that nobody has are left out, and numbers that
// cannot be are clamped.
AnswerTally FromProto(const v1::AnswerCounts& counts);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_AGENT_PROTO_H_

#ifndef CONTROLPLANE_MODEL_POOL_VIEW_H_
#define CONTROLPLANE_MODEL_POOL_VIEW_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "controlplane/model/agent.h"

namespace bellwether {

// An agent as a view shows it: never changed once it is in a view.
struct ViewAgent {
  Registration registration;
  AgentState state = AgentState::kJoining;
  // StableHash of the agent id: what the jump order is made from.
  uint64_t hash = 0;

  int32_t weight() const { return registration.spec.weight; }
  // Whether broker lists contain it: Kafka clients can reach it, or may soon again.
  bool is_listed() const { return state != AgentState::kDead && !registration.gone_to_restart(); }
};

// A picture of one pool: its agents and their states. Never changed once it is published; whoever
// holds one can answer leader queries alone.
struct PoolView {
  std::string agent_pool_id;
  // Rises with every change of the picture, also over a restart of the control plane.
  int64_t version = 0;
  // By agent id. Views share what did not change.
  std::vector<std::shared_ptr<const ViewAgent>> agents;
  // Positions in `agents` of those that may be named: the ACTIVE ones; if there are none the
  // JOINING, then the SUSPECT, then the DRAINING ones. Empty only if no agent is listed.
  std::vector<uint32_t> candidates;
  // Zones and groups, each sorted, that no agent here has but an agent of the pool had lately: a
  // client that names one has made no mistake.
  std::vector<std::string> recent_zones;
  std::vector<std::string> recent_agent_groups;

  // The agent of that id, or nullptr.
  const ViewAgent* FindAgent(absl::string_view agent_id) const;
};

// Fills `candidates` from the states of `agents`. Pure but for its argument.
void ChooseCandidates(PoolView& view);
// The same among the agents of one group alone.
void ChooseCandidatesOfGroup(absl::string_view agent_group, PoolView& view);

}  // namespace bellwether

#endif  // CONTROLPLANE_MODEL_POOL_VIEW_H_

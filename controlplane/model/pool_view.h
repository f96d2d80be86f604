#ifndef CONTROLPLANE_MODEL_POOL_VIEW_H_
#define CONTROLPLANE_MODEL_POOL_VIEW_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "controlplane/model/agent.h"

namespace bellwether {

// An agent in a view. Immutable once it is in a view.
struct ViewAgent {
  Registration registration;
  AgentState state = AgentState::kJoining;
  // StableHash of the agent id: the input of preference lists.
  uint64_t hash = 0;

  int32_t weight() const { return registration.spec.weight; }
  // Whether broker lists contain it: Kafka clients can reach it, or may again soon.
  bool is_listed() const { return state != AgentState::kDead && !registration.gone_to_restart(); }
};

// A snapshot of one pool: its agents and their states. Immutable once it is published; its holder
// can answer leader queries without further data.
struct PoolView {
  std::string agent_pool_id;
  // Rises with every change of the snapshot, also over a restart of the control plane.
  int64_t version = 0;
  // Sorted by agent id. Views share unchanged agents.
  std::vector<std::shared_ptr<const ViewAgent>> agents;
  // Positions in `agents` of those that may be returned as leaders: the ACTIVE ones; if there are
  // none the JOINING, then the SUSPECT, then the DRAINING ones. Empty only if no agent is listed.
  std::vector<uint32_t> candidates;
  // Zones and groups, each sorted, that no agent has now but an agent of the pool had lately: a
  // client that names one of them gets no diagnostic.
  std::vector<std::string> recent_zones;
  std::vector<std::string> recent_agent_groups;

  // The agent of that id, or nullptr.
  const ViewAgent* FindAgent(absl::string_view agent_id) const;
};

// Fills `candidates` from the states of `agents`. Pure but for its argument.
void ChooseCandidates(PoolView& view);
// Fills `candidates` from the agents of one group only.
void ChooseCandidatesOfGroup(absl::string_view agent_group, PoolView& view);

}  // namespace bellwether

#endif  // CONTROLPLANE_MODEL_POOL_VIEW_H_

#include "controlplane/catalog/node_ids.h"

#include <limits>

#include "controlplane/base/stable_hash.h"
#include "controlplane/catalog/catalog_errors.h"
#include "controlplane/model/limits.h"

namespace bellwether {

int32_t PreferredNodeId(absl::string_view agent_id) {
  return static_cast<int32_t>(StableHash(agent_id) & 0x7FFFFFFF);
}

NodeIds::NodeIds(const std::vector<Registration>& registered) {
  for (const Registration& registration : registered) {
    Agent& agent = agents_[registration.spec.agent_id];
    agent.node_id = registration.node_id;
    agent.registered = true;
    taken_.insert(registration.node_id);
  }
}

int32_t NodeIds::FreeFrom(int32_t node_id) const {
  while (taken_.contains(node_id)) {
    node_id = node_id == std::numeric_limits<int32_t>::max() ? 0 : node_id + 1;
  }
  return node_id;
}

absl::StatusOr<int32_t> NodeIds::Take(const std::string& agent_id) {
  const auto found = agents_.find(agent_id);
  if (found != agents_.end()) {
    ++found->second.pending;
    return found->second.node_id;
  }
  if (agents_.size() >= kMaxAgentsPerPool) {
    return TooMany("agents in the pool", kMaxAgentsPerPool, "let this one join another pool");
  }
  Agent& agent = agents_[agent_id];
  agent.node_id = FreeFrom(PreferredNodeId(agent_id));
  agent.pending = 1;
  taken_.insert(agent.node_id);
  return agent.node_id;
}

bool NodeIds::TakeForRemoval(const std::string& agent_id) {
  const auto found = agents_.find(agent_id);
  if (found == agents_.end()) return false;
  ++found->second.pending;
  return true;
}

void NodeIds::Settle(const std::string& agent_id, Outcome outcome, Revision revision) {
  const auto found = agents_.find(agent_id);
  if (found == agents_.end()) return;
  Agent& agent = found->second;
  --agent.pending;
  if (outcome == Outcome::kUnknown) {
    agent.registered = true;
  } else if (outcome != Outcome::kNothing && revision > agent.revision) {
    agent.registered = outcome == Outcome::kRegistered;
    agent.revision = revision;
  }
  // A commit that is still under way may be the later one.
  if (agent.registered || agent.pending > 0) return;
  taken_.erase(agent.node_id);
  agents_.erase(found);
}

}  // namespace bellwether

#include "controlplane/catalog/broker_ids.h"

#include <limits>

#include "controlplane/base/stable_hash.h"
#include "controlplane/catalog/catalog_errors.h"
#include "controlplane/model/limits.h"

namespace bellwether {

int32_t PreferredBrokerId(absl::string_view agent_id) {
  return static_cast<int32_t>(StableHash(agent_id) & 0x7FFFFFFF);
}

BrokerIds::BrokerIds(const std::vector<Registration>& registered) {
  for (const Registration& registration : registered) {
    Agent& agent = agents_[registration.spec.agent_id];
    agent.broker_id = registration.broker_id;
    agent.registered = true;
    taken_.insert(registration.broker_id);
  }
}

int32_t BrokerIds::FreeFrom(int32_t broker_id) const {
  while (taken_.contains(broker_id)) {
    broker_id = broker_id == std::numeric_limits<int32_t>::max() ? 0 : broker_id + 1;
  }
  return broker_id;
}

absl::StatusOr<int32_t> BrokerIds::Take(const std::string& agent_id) {
  const auto found = agents_.find(agent_id);
  if (found != agents_.end()) {
    ++found->second.pending;
    return found->second.broker_id;
  }
  if (agents_.size() >= kMaxAgentsPerPool) {
    return TooMany("agents in the pool", kMaxAgentsPerPool, "let this one join another pool");
  }
  Agent& agent = agents_[agent_id];
  agent.broker_id = FreeFrom(PreferredBrokerId(agent_id));
  agent.pending = 1;
  taken_.insert(agent.broker_id);
  return agent.broker_id;
}

bool BrokerIds::TakeForRemoval(const std::string& agent_id) {
  const auto found = agents_.find(agent_id);
  if (found == agents_.end()) return false;
  ++found->second.pending;
  return true;
}

void BrokerIds::Settle(const std::string& agent_id, Outcome outcome, Revision revision) {
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
  taken_.erase(agent.broker_id);
  agents_.erase(found);
}

}  // namespace bellwether

#ifndef CONTROLPLANE_CATALOG_BROKER_IDS_H_
#define CONTROLPLANE_CATALOG_BROKER_IDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "controlplane/model/agent.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// The broker id that `agent_id` gets if no other agent of its pool has it. Pure.
int32_t PreferredBrokerId(absl::string_view agent_id);

// The broker ids of one pool that are taken, with their agents: those of registered agents and
// those of pending registrations, so that agents that join at the same time get different ids.
//
// An agent gets its preferred broker id, or the next free one after it. Not thread-safe.
class BrokerIds {
 public:
  explicit BrokerIds(const std::vector<Registration>& registered);

  // Takes the agent's broker id for a commit that is about to begin; the same id if the agent has
  // one already. RESOURCE_EXHAUSTED (kLimitExceeded) if the pool is full. If it succeeds, the
  // caller must call Settle.
  absl::StatusOr<int32_t> Take(const std::string& agent_id);
  // Announces a commit that removes the agent: the caller must call Settle. False if the agent is
  // unknown: then the caller must not call Settle.
  [[nodiscard]] bool TakeForRemoval(const std::string& agent_id);

  // The effect of a commit on an agent. kUnknown: the store failed but may have applied the commit;
  // the broker id then stays taken.
  enum class Outcome { kRegistered, kRemoved, kNothing, kUnknown };
  // Ends a Take. Commits may be settled in any order: the one with the highest revision counts.
  // `revision` is that of the commit, if there is one.
  void Settle(const std::string& agent_id, Outcome outcome, Revision revision);

 private:
  struct Agent {
    int32_t broker_id = 0;
    bool registered = false;
    // The commit that set `registered`.
    Revision revision = 0;
    // Takes that have not been settled.
    int pending = 0;
  };

  int32_t FreeFrom(int32_t broker_id) const;

  absl::flat_hash_map<std::string, Agent> agents_;
  absl::flat_hash_set<int32_t> taken_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_BROKER_IDS_H_

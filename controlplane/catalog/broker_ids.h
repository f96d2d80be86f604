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

// The number that `agent_id` has if no other agent of its pool has it. Pure.
int32_t PreferredBrokerId(absl::string_view agent_id);

// Which node ids of one pool are taken, and by whom: what is registered, and what is about to be,
// so that agents that join at the same time get different ones.
//
// An agent gets its preferred node id, or the next free one after it. Not thread-safe.
class BrokerIds {
 public:
  explicit BrokerIds(const std::vector<Registration>& registered);

  // Takes the agent's node id for a commit that is about to begin; the same one if the agent has
  // one already. RESOURCE_EXHAUSTED (kLimitExceeded) if the pool is full. Unless it fails, Settle
  // must follow.
  absl::StatusOr<int32_t> Take(const std::string& agent_id);
  // Announces a commit that forgets the agent: Settle must follow. False if it is not known: then
  // Settle must not follow.
  [[nodiscard]] bool TakeForRemoval(const std::string& agent_id);

  // What a commit did to an agent. kUnknown: the store failed and may have done it nevertheless;
  // then its node id stays taken.
  enum class Outcome { kRegistered, kRemoved, kNothing, kUnknown };
  // Ends a Take. Commits may be settled in any order: the one with the highest revision counts.
  // `revision` is that of the commit, where there is one.
  void Settle(const std::string& agent_id, Outcome outcome, Revision revision);

 private:
  struct Agent {
    int32_t broker_id = 0;
    bool registered = false;
    // Commit that `registered` tells of.
    Revision revision = 0;
    // Takes that are not settled yet.
    int pending = 0;
  };

  int32_t FreeFrom(int32_t broker_id) const;

  absl::flat_hash_map<std::string, Agent> agents_;
  absl::flat_hash_set<int32_t> taken_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_BROKER_IDS_H_

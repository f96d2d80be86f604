#ifndef CONTROLPLANE_PLANNING_AGENT_LOCKS_H_
#define CONTROLPLANE_PLANNING_AGENT_LOCKS_H_

#include <string>

#include "absl/container/flat_hash_set.h"
#include "controlplane/base/mutex.h"

namespace bellwether {

// Lets one caller at a time change an agent, without a lock being held over what it does. Agents of
// the same id in different pools share their turns. Thread-safe.
class AgentLocks {
 public:
  // A caller's turn, for the length of a scope. Waits for those before it.
  class Lock {
   public:
    // `turns` must outlive it.
    Lock(AgentLocks& turns, const std::string& agent_id);
    ~Lock();
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

   private:
    AgentLocks& turns_;
    const std::string agent_id_;
  };

 private:
  Mutex mutex_;
  CondVar turn_ended_;
  absl::flat_hash_set<std::string> in_turn_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_AGENT_LOCKS_H_

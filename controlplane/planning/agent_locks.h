#ifndef CONTROLPLANE_PLANNING_AGENT_LOCKS_H_
#define CONTROLPLANE_PLANNING_AGENT_LOCKS_H_

#include <string>

#include "absl/container/flat_hash_set.h"
#include "controlplane/base/mutex.h"

namespace bellwether {

// Serialises changes of each agent, without holding a mutex during the change. Agents with the same
// id in different pools share a lock. Thread-safe.
class AgentLocks {
 public:
  // Holds the agent's lock for the length of a scope. The constructor waits for earlier holders.
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

#ifndef CONTROLPLANE_PLANNING_AGENT_TURNS_H_
#define CONTROLPLANE_PLANNING_AGENT_TURNS_H_

#include <string>

#include "absl/container/flat_hash_set.h"
#include "controlplane/base/mutex.h"

namespace bellwether {

// Lets one caller at a time change an agent, without a lock being held over what it does. Agents of
// the same id in different pools share their turns. Thread-safe.
class AgentTurns {
 public:
  // A caller's turn, for the length of a scope. Waits for those before it.
  class Turn {
   public:
    // `turns` must outlive it.
    Turn(AgentTurns& turns, const std::string& agent_id);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    AgentTurns& turns_;
    const std::string agent_id_;
  };

 private:
  Mutex mutex_;
  CondVar turn_ended_;
  absl::flat_hash_set<std::string> in_turn_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_AGENT_TURNS_H_

#include "controlplane/planning/agent_locks.h"

namespace bellwether {

AgentLocks::Lock::Lock(AgentLocks& turns, const std::string& agent_id)
    : turns_(turns), agent_id_(agent_id) {
  MutexLock lock(turns_.mutex_);
  while (!turns_.in_turn_.insert(agent_id_).second) turns_.turn_ended_.Wait(turns_.mutex_);
}

AgentLocks::Lock::~Lock() {
  {
    MutexLock lock(turns_.mutex_);
    turns_.in_turn_.erase(agent_id_);
  }
  turns_.turn_ended_.NotifyAll();
}

}  // namespace bellwether

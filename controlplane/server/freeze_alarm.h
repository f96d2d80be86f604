#ifndef CONTROLPLANE_SERVER_FREEZE_ALARM_H_
#define CONTROLPLANE_SERVER_FREEZE_ALARM_H_

#include <string>

#include "absl/container/flat_hash_set.h"
#include "controlplane/membership/agent_registry.h"

namespace bellwether {

// Logs which pools are frozen because most of their agents are silent, and when they no longer are.
// Not thread-safe.
class FreezeAlarm {
 public:
  // Checks every pool. For a periodic task.
  void Check(const AgentRegistry& registry);

 private:
  absl::flat_hash_set<std::string> frozen_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_FREEZE_ALARM_H_

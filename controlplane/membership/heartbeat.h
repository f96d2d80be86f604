#ifndef CONTROLPLANE_MEMBERSHIP_HEARTBEAT_H_
#define CONTROLPLANE_MEMBERSHIP_HEARTBEAT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "controlplane/model/load.h"
#include "controlplane/model/resource_name.h"

namespace bellwether {

// A heartbeat of an agent.
struct Heartbeat {
  AgentKey agent;
  int64_t epoch = 0;
  // Rises with each heartbeat of an epoch.
  int64_t sequence = 0;
  LoadReport report;
  // Ids of agents that it could not reach while the control plane was unreachable.
  std::vector<std::string> unreachable;
};

// The control plane's reply to a heartbeat.
struct HeartbeatReply {
  absl::Duration next_heartbeat_after;
  // How late the heartbeat arrived, relative to the requested time; negative if it was early, 0 for
  // the first one.
  absl::Duration lateness;
  // The agent is not known, or not any more, and has to register again.
  bool reregister = false;
  // An admin wants the agent to drain.
  bool drain = false;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_HEARTBEAT_H_

#ifndef CONTROLPLANE_MEMBERSHIP_HEARTBEAT_H_
#define CONTROLPLANE_MEMBERSHIP_HEARTBEAT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "controlplane/model/load.h"
#include "controlplane/model/resource_name.h"

namespace bellwether {

// An agent's sign of life. A value.
struct Heartbeat {
  AgentKey agent;
  int64_t epoch = 0;
  // Rises with each heartbeat of an epoch.
  int64_t sequence = 0;
  LoadReport report;
  // Ids of agents that it could not reach while this process was away.
  std::vector<std::string> unreachable;
};

// What the control plane answers. A value.
struct HeartbeatReply {
  absl::Duration next_heartbeat_after;
  // How long after the time at which it was due the heartbeat arrived; below 0 if it was early, 0
  // for the first one.
  absl::Duration lateness;
  // The agent is not known (any more) and has to register again.
  bool reregister = false;
  // An admin wants it to finish.
  bool drain = false;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_HEARTBEAT_H_

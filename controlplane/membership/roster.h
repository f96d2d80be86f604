#ifndef CONTROLPLANE_MEMBERSHIP_ROSTER_H_
#define CONTROLPLANE_MEMBERSHIP_ROSTER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/membership/pending_load.h"
#include "controlplane/model/agent.h"
#include "controlplane/model/load.h"

namespace bellwether {

// One agent as the registry sees it at one moment.
struct RosterEntry {
  std::shared_ptr<const Registration> registration;
  AgentState state = AgentState::kJoining;
  // Time since its last heartbeat or registration; since the start of the control plane if neither
  // has arrived yet.
  absl::Duration last_heartbeat_age;
  // The last report; nullptr before the first.
  std::shared_ptr<const LoadReport> report;
  std::shared_ptr<PendingLoad> pending_load;
};

// The agents of a pool at one moment.
struct Roster {
  // By agent id.
  std::vector<RosterEntry> entries;
  // Counts the changes other than by the passing of time: arrivals, departures, drains, returns to
  // life.
  int64_t generation = 0;
  // Most of the agents are silent, and lease expiry is stopped (LeaseExpiry).
  bool frozen = false;
  // When a state may next change by the passing of time, so that a new roster is needed.
  MonotonicTime valid_until = MonotonicTime::InfiniteFuture();
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_ROSTER_H_

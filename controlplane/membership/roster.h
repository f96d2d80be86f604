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

// One agent as the registry sees it at one moment. A value.
struct RosterEntry {
  std::shared_ptr<const Registration> registration;
  AgentState state = AgentState::kJoining;
  // Since its last heartbeat or registration; since our start where neither came yet.
  absl::Duration last_heartbeat_age;
  // The last report; nullptr before the first.
  std::shared_ptr<const LoadReport> report;
  std::shared_ptr<PendingLoad> pending_load;
};

// The agents of a pool at one moment. A value.
struct Roster {
  // By agent id.
  std::vector<RosterEntry> entries;
  // Counts the changes that came from outside: arrivals, departures, drains, returns to life.
  int64_t generation = 0;
  // Most of the agents are silent, and nobody ages (LeaseExpiry).
  bool frozen = false;
  // When, if nothing comes from outside, somebody has to look again: the first of the states may
  // change by the passing of time.
  MonotonicTime valid_until = MonotonicTime::InfiniteFuture();
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_ROSTER_H_

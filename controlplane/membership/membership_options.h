#ifndef CONTROLPLANE_MEMBERSHIP_MEMBERSHIP_OPTIONS_H_
#define CONTROLPLANE_MEMBERSHIP_MEMBERSHIP_OPTIONS_H_

#include <algorithm>
#include <cstddef>

#include "absl/time/time.h"

namespace bellwether {

// When an agent counts as what. A value.
struct MembershipOptions {
  // How often an agent is asked to send a heartbeat.
  absl::Duration heartbeat_interval = absl::Seconds(3);
  // Silent for this many intervals: SUSPECT, the end of the lease. Twice as long: DEAD. At least 2,
  // so that an agent that beats in time is told from one that missed a heartbeat (LeaseExpiry).
  int missed_heartbeats = 3;
  // An agent whose heartbeat stream breaks is SUSPECT after this, unless it is heard again or the
  // streams of most of its pool break in the same moment (PoolMembers).
  absl::Duration suspicion_delay = absl::Milliseconds(100);
  // How far apart streams may break that break in the same moment.
  absl::Duration mass_failure_window = absl::Milliseconds(200);
  // How long a pool stays frozen, or its last agents SUSPECT, while other agents are heard
  // (LeaseExpiry).
  absl::Duration freeze_limit = absl::Minutes(1);
  // How long an agent is JOINING after its first report. Not while the pool itself is new: then
  // nobody is there from whom it could take too much at once.
  absl::Duration slow_start = absl::Seconds(10);
  // How long an agent that announced a restart may be away before it is DEAD. Its homes are
  // reserved for PlanOptions::reserved_rounds steps of the plan: as long, if whoever sets one sets
  // both (RoundsIn).
  absl::Duration restart_patience = absl::Minutes(2);
  // How long a dead agent stays in the lists.
  absl::Duration dead_retention = absl::Minutes(10);

  // What the load reports of one pool may take in memory (ReportBudget).
  size_t max_report_bytes = size_t{256} << 20;

  absl::Duration lease_duration() const { return heartbeat_interval * missed_heartbeats; }
  // How far apart agents that fall silent in one moment may have been heard last: an interval, and
  // half of one more for heartbeats that are late, where missed_heartbeats leaves room to tell such
  // agents from those that are still heard.
  absl::Duration silence_spread() const {
    return heartbeat_interval * std::min(0.5 * missed_heartbeats, 1.5);
  }
  // Silent for this long: at least one heartbeat is missing, and not only late.
  absl::Duration silence() const { return lease_duration() - silence_spread(); }
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_MEMBERSHIP_OPTIONS_H_

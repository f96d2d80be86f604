#ifndef CONTROLPLANE_MEMBERSHIP_MEMBERSHIP_OPTIONS_H_
#define CONTROLPLANE_MEMBERSHIP_MEMBERSHIP_OPTIONS_H_

#include <algorithm>
#include <cstddef>

#include "absl/time/time.h"

namespace bellwether {

// The thresholds between the states of agents.
struct MembershipOptions {
  // How often agents are asked to send a heartbeat.
  absl::Duration heartbeat_interval = absl::Seconds(3);
  // After this many silent intervals the lease ends and the agent is SUSPECT; after twice as many
  // it is DEAD. At least 2, so that an agent with punctual heartbeats can be distinguished from one
  // that missed a heartbeat (LeaseExpiry).
  int missed_heartbeats = 3;
  // An agent whose heartbeat stream breaks is SUSPECT after this delay, unless it is heard again or
  // the streams of most of its pool break in the same moment (PoolMembers).
  absl::Duration suspicion_delay = absl::Milliseconds(100);
  // Streams that break within this time of each other count as broken in the same moment.
  absl::Duration mass_failure_window = absl::Milliseconds(200);
  // How long a pool stays frozen, or its last agents SUSPECT, while other agents are heard
  // (LeaseExpiry).
  absl::Duration freeze_limit = absl::Minutes(1);
  // How long an agent is JOINING after its first report. Does not apply while the pool itself is
  // new: then there are no other agents whose clients could all move to it at once.
  absl::Duration slow_start = absl::Seconds(10);
  // How long an agent that announced a restart may be absent before it is DEAD. Its partitions are
  // reserved for PlanOptions::reserved_rounds balancing rounds; a change of one of the two
  // values requires the same change of the other (RoundsIn).
  absl::Duration restart_patience = absl::Minutes(2);
  // How long a DEAD agent stays in lists.
  absl::Duration dead_retention = absl::Minutes(10);

  // Memory limit of all load reports of one pool (ReportBudget).
  size_t max_report_bytes = size_t{256} << 20;

  absl::Duration lease_duration() const { return heartbeat_interval * missed_heartbeats; }
  // How far apart agents that fall silent in one moment may have been heard last: an interval, plus
  // half an interval for late heartbeats where missed_heartbeats leaves enough room to distinguish
  // such agents from agents that are still heard.
  absl::Duration silence_spread() const {
    return heartbeat_interval * std::min(0.5 * missed_heartbeats, 1.5);
  }
  // After this much silence at least one heartbeat is missing, and not merely late.
  absl::Duration silence() const { return lease_duration() - silence_spread(); }
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_MEMBERSHIP_OPTIONS_H_

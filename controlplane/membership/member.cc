#include "controlplane/membership/member.h"

#include <algorithm>

namespace bellwether {

MonotonicTime HeartbeatsMissedFrom(const Member& member, const MembershipOptions& options) {
  return member.lease_from + options.lease_duration();
}

MonotonicTime DeadFrom(const Member& member, const MembershipOptions& options) {
  const absl::Duration patience = member.registration->gone_to_restart()
                                      ? options.restart_patience
                                      : 2 * options.lease_duration();
  if (member.heard_last && !member.registration->gone_to_restart()) return member.declared_dead;
  return std::min(member.declared_dead, member.lease_from + patience);
}

bool IsDeclaredDead(const Member& member) {
  return member.declared_dead < MonotonicTime::InfiniteFuture();
}

bool HasLease(const Member& member) {
  return !IsDeclaredDead(member) && !member.registration->gone_to_restart();
}

bool IsSuspect(const Member& member) {
  if (member.is_unreachable) return true;
  return member.stream_broke < MonotonicTime::InfiniteFuture() && !member.break_is_ignored;
}

MonotonicTime StreamBrokenFrom(const Member& member, const MembershipOptions& options) {
  if (member.is_unreachable) return MonotonicTime();
  if (!IsSuspect(member)) return MonotonicTime::InfiniteFuture();
  return member.stream_broke + options.suspicion_delay;
}

bool CountsInMassFailure(const Member& member) {
  return HasLease(member) && member.last_seen >= member.active_from &&
         !member.registration->draining;
}

AgentState StateAt(const Member& member, const MembershipOptions& options, const Moment& moment) {
  if (moment.now >= member.declared_dead) return AgentState::kDead;
  if (moment.age >= DeadFrom(member, options)) return AgentState::kDead;
  if (member.registration->gone_to_restart()) return AgentState::kDraining;
  if (moment.age >= HeartbeatsMissedFrom(member, options)) return AgentState::kSuspect;
  if (moment.now >= StreamBrokenFrom(member, options)) return AgentState::kSuspect;
  if (member.registration->draining || member.registration->leaving) return AgentState::kDraining;
  return moment.now >= member.active_from ? AgentState::kActive : AgentState::kJoining;
}

MonotonicTime NextChange(const Member& member, const MembershipOptions& options,
                         const Moment& moment) {
  // Leases do not end while lease expiry is stopped.
  const bool ages = moment.age == moment.now;
  const MonotonicTime never = MonotonicTime::InfiniteFuture();
  const MonotonicTime stream_broken_from = StreamBrokenFrom(member, options);
  const MonotonicTime heartbeats_missed_from = ages ? HeartbeatsMissedFrom(member, options) : never;
  switch (StateAt(member, options, moment)) {
    case AgentState::kJoining:
      return std::min({member.active_from, stream_broken_from, heartbeats_missed_from});
    case AgentState::kActive:
      return std::min(stream_broken_from, heartbeats_missed_from);
    case AgentState::kDraining:
      if (!member.registration->gone_to_restart())
        return std::min(stream_broken_from, heartbeats_missed_from);
      return ages ? DeadFrom(member, options) : never;
    case AgentState::kSuspect:
      return ages ? DeadFrom(member, options) : never;
    case AgentState::kDead:
      break;
  }
  return never;
}

}  // namespace bellwether

#include "controlplane/membership/member.h"

#include <algorithm>

namespace bellwether {
namespace {

MonotonicTime StaleFrom(const Member& member, const MembershipOptions& options) {
  return member.last_seen + options.lease_duration();
}

}  // namespace

MonotonicTime DeadFrom(const Member& member, const MembershipOptions& options) {
  return std::min(member.declared_dead, member.last_seen + 2 * options.lease_duration());
}

AgentState StateAt(const Member& member, const MembershipOptions& options, MonotonicTime now) {
  if (now >= DeadFrom(member, options)) return AgentState::kDead;
  if (now >= StaleFrom(member, options)) return AgentState::kStale;
  if (member.registration->draining) return AgentState::kDraining;
  return now >= member.active_from ? AgentState::kActive : AgentState::kJoining;
}

MonotonicTime NextChange(const Member& member, const MembershipOptions& options,
                         MonotonicTime now) {
  switch (StateAt(member, options, now)) {
    case AgentState::kJoining:
      return std::min(member.active_from, StaleFrom(member, options));
    case AgentState::kActive:
    case AgentState::kDraining:
      return StaleFrom(member, options);
    case AgentState::kStale:
      return DeadFrom(member, options);
    case AgentState::kDead:
      break;
  }
  return MonotonicTime::InfiniteFuture();
}

}  // namespace bellwether

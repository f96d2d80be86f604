#ifndef CONTROLPLANE_MEMBERSHIP_MEMBER_H_
#define CONTROLPLANE_MEMBERSHIP_MEMBER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_set.h"
#include "controlplane/base/clock.h"
#include "controlplane/membership/membership_options.h"
#include "controlplane/membership/pending_load.h"
#include "controlplane/model/agent.h"
#include "controlplane/model/load.h"

namespace bellwether {

// One run of an agent as PoolMembers keeps it: its registration, its load, and the times that its
// state follows from. Not thread-safe.
struct Member {
  std::shared_ptr<const Registration> registration;
  // The last sign of life.
  MonotonicTime last_seen;
  // The lease counts from here: the last sign of life, or later where the lease was prolonged.
  MonotonicTime lease_from;
  // When its heartbeat stream broke, until it is heard again; and whether that says nothing of the
  // agent, because the streams of most of the pool broke in the same moment, or this process stood
  // still.
  MonotonicTime stream_broke = MonotonicTime::InfiniteFuture();
  bool break_is_ignored = false;
  // When JOINING ends; not known before the first report.
  MonotonicTime active_from = MonotonicTime::InfiniteFuture();
  // What is stored of that. `registration` does not tell.
  Joining stored_joining = Joining::kDone;
  // An earlier run of this agent was past JOINING and alive when this one replaced it: the first
  // report ends JOINING at once.
  bool returning = false;
  // When it died, once somebody has looked and found it DEAD: from then on nothing but a sign of
  // life of before that moment, or a registration, changes it.
  MonotonicTime declared_dead = MonotonicTime::InfiniteFuture();
  // It has not been heard since this process started, stalled, or lost most agents of the pool at
  // once; the agents, by the hash of their ids, that reported it as unreachable meanwhile; and
  // whether these are enough to believe it.
  bool unheard_since_outage = false;
  absl::flat_hash_set<uint64_t> reported_by;
  bool is_unreachable = false;
  // Of the agents of the pool that are not DEAD it was heard last: silence alone never makes it
  // DEAD.
  bool heard_last = false;
  // What the last roster said, and whether the lease had ended by then.
  AgentState shown = AgentState::kJoining;
  bool lease_had_ended = false;

  // nullptr before the first; sequence and time belong to it, and when the next was asked for.
  std::shared_ptr<const LoadReport> report;
  int64_t report_sequence = 0;
  MonotonicTime report_time;
  MonotonicTime due;
  // Its reports count for as long as a lease.
  std::shared_ptr<PendingLoad> pending_load;
};

// The agents of a pool by their ids.
using Members = absl::btree_map<std::string, Member>;

// A moment in the life of a pool. A value.
struct Moment {
  MonotonicTime now;
  // What leases go by: `now`, or before that while ageing stands still (LeaseExpiry).
  MonotonicTime age;
};

// When the lease of `member` ends, and when it is DEAD, unless it gives a sign of life before.
// Pure.
MonotonicTime HeartbeatsMissedFrom(const Member& member, const MembershipOptions& options);
MonotonicTime DeadFrom(const Member& member, const MembershipOptions& options);
// Whether somebody has found `member` DEAD. Pure.
bool IsDeclaredDead(const Member& member);
// Whether its silence says something: it is not DEAD, and has not gone to restart. Pure.
bool HasLease(const Member& member);

// Whether its stream broke, or other agents cannot reach it, it was not heard since, and that says
// something of it. Pure.
bool IsSuspect(const Member& member);
// From when on it is SUSPECT for that; the infinite future if it is not suspect. Pure.
MonotonicTime StreamBrokenFrom(const Member& member, const MembershipOptions& options);

// Whether its silence counts where most of a pool falls silent at once. That of an agent does not
// if the agent has no lease, led nothing when it was heard last because it was JOINING, or is
// drained by an admin. Pure.
bool CountsInMassFailure(const Member& member);

// DEAD outranks all others. One that has gone to restart is DRAINING until then; else SUSPECT
// outranks DRAINING, which outranks JOINING and ACTIVE. An agent that is suspect is SUSPECT before
// its lease has ended, and DEAD no sooner for that. Pure.
AgentState StateAt(const Member& member, const MembershipOptions& options, const Moment& moment);

// When, after `moment.now`, the state changes if nothing comes from outside and ageing goes on as
// it does. Pure.
MonotonicTime NextChange(const Member& member, const MembershipOptions& options,
                         const Moment& moment);

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_MEMBER_H_

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

// One run of an agent as PoolMembers keeps it: its registration, its load, and the times that
// determine its state. Not thread-safe.
struct Member {
  std::shared_ptr<const Registration> registration;
  // The last sign of life.
  MonotonicTime last_seen;
  // The lease counts from here: the last sign of life, or later if the lease was extended.
  MonotonicTime lease_from;
  // When its heartbeat stream broke, until it is heard again; and whether that does not make it
  // suspect, because most streams of the pool broke in the same moment or this process was stalled.
  MonotonicTime stream_broke = MonotonicTime::InfiniteFuture();
  bool break_is_ignored = false;
  // When JOINING ends; not known before the first report.
  MonotonicTime active_from = MonotonicTime::InfiniteFuture();
  // The stored value of that; `registration` does not contain it.
  Joining stored_joining = Joining::kDone;
  // An earlier run of this agent was past JOINING and alive when this one replaced it: the first
  // report ends JOINING at once.
  bool returning = false;
  // When it died, once an evaluation has found it DEAD: from then on only a sign of life that
  // arrived before that moment, or a registration, changes its state.
  MonotonicTime declared_dead = MonotonicTime::InfiniteFuture();
  // Whether it has not been heard since this process started, stalled, or lost most agents of the
  // pool at once; the agents, by the hash of their ids, that reported it as unreachable since; and
  // whether these are enough to believe it.
  bool unheard_since_outage = false;
  absl::flat_hash_set<uint64_t> reported_by;
  bool is_unreachable = false;
  // Of the agents of the pool that are not DEAD it was heard last: silence alone never makes it
  // DEAD.
  bool heard_last = false;
  // Its state in the last roster, and whether the lease had ended by then.
  AgentState shown = AgentState::kJoining;
  bool lease_had_ended = false;

  // nullptr before the first report; then its sequence and time, and when the next heartbeat was
  // requested.
  std::shared_ptr<const LoadReport> report;
  int64_t report_sequence = 0;
  MonotonicTime report_time;
  MonotonicTime due;
  // Its reports are valid for the length of a lease.
  std::shared_ptr<PendingLoad> pending_load;
};

// The agents of a pool by their ids.
using Members = absl::btree_map<std::string, Member>;

// A moment in the life of a pool.
struct Moment {
  MonotonicTime now;
  // The time that leases are measured by: `now`, or an earlier time while lease expiry is stopped
  // (LeaseExpiry).
  MonotonicTime age;
};

// When the lease of `member` ends, and when it becomes DEAD, unless it gives a sign of life before.
MonotonicTime HeartbeatsMissedFrom(const Member& member, const MembershipOptions& options);
MonotonicTime DeadFrom(const Member& member, const MembershipOptions& options);
// Whether an evaluation has found `member` DEAD.
bool IsDeclaredDead(const Member& member);
// Whether its silence counts: it is not DEAD, and has not left to restart.
bool HasLease(const Member& member);

// Whether it is suspect: its stream broke or other agents cannot reach it, it has not been heard
// since, and the cause is not a mass failure or a stall of this process.
bool IsSuspect(const Member& member);
// From when on it is SUSPECT for that; the infinite future if it is not suspect.
MonotonicTime StreamBrokenFrom(const Member& member, const MembershipOptions& options);

// Whether its silence counts in the detection of mass failures. It does not count if the agent has
// no lease, led nothing when it was last heard because it was JOINING, or is drained by an admin.
bool CountsInMassFailure(const Member& member);

// The state at `moment`. DEAD outranks all others. An agent that has left to restart is DRAINING
// until then; else SUSPECT outranks DRAINING, which outranks JOINING and ACTIVE. An agent that is
// suspect is SUSPECT before its lease has ended, but does not become DEAD sooner.
AgentState StateAt(const Member& member, const MembershipOptions& options, const Moment& moment);

// When, after `moment.now`, the state changes by the passing of time, if lease expiry stays as it
// is (stopped or running).
MonotonicTime NextChange(const Member& member, const MembershipOptions& options,
                         const Moment& moment);

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_MEMBER_H_

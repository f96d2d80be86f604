#ifndef CONTROLPLANE_MEMBERSHIP_MEMBER_H_
#define CONTROLPLANE_MEMBERSHIP_MEMBER_H_

#include <cstdint>
#include <memory>

#include "controlplane/base/clock.h"
#include "controlplane/membership/load_ledger.h"
#include "controlplane/membership/membership_options.h"
#include "controlplane/model/agent.h"
#include "controlplane/model/load.h"

namespace bellwether {

// One run of an agent as PoolMembers keeps it: its registration, its load, and the times that its
// state follows from. Not thread-safe.
struct Member {
  std::shared_ptr<const Registration> registration;
  // The last sign of life: the lease counts from here.
  MonotonicTime last_seen;
  // When JOINING ends; not known before the first report.
  MonotonicTime active_from = MonotonicTime::InfiniteFuture();
  // An earlier run of this agent was past JOINING and alive when this one replaced it: the first
  // report ends JOINING at once.
  bool returning = false;
  // When somebody declared it dead, if that was before its lease ended for good.
  MonotonicTime declared_dead = MonotonicTime::InfiniteFuture();

  // nullptr before the first; sequence and time belong to it.
  std::shared_ptr<const LoadReport> report;
  int64_t report_sequence = 0;
  MonotonicTime report_time;
  // Its reports count for as long as a lease.
  std::shared_ptr<LoadLedger> ledger;
};

// When `member` is DEAD unless it gives a sign of life before. Pure.
MonotonicTime DeadFrom(const Member& member, const MembershipOptions& options);

// DEAD outranks STALE, which outranks DRAINING, which outranks JOINING and ACTIVE. Pure.
AgentState StateAt(const Member& member, const MembershipOptions& options, MonotonicTime now);

// When, after `now`, the state changes if nothing comes from outside. Pure.
MonotonicTime NextChange(const Member& member, const MembershipOptions& options, MonotonicTime now);

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_MEMBER_H_

#ifndef CONTROLPLANE_MEMBERSHIP_LEASE_EXPIRY_H_
#define CONTROLPLANE_MEMBERSHIP_LEASE_EXPIRY_H_

#include <cstddef>
#include <optional>

#include "controlplane/base/clock.h"
#include "controlplane/membership/member.h"
#include "controlplane/membership/membership_options.h"

namespace bellwether {

// Whether `part` of `all` is so many that it says more of us than of them: more than half, and at
// least three. Pure.
bool IsMassFailure(size_t part, size_t all);

// Whether the agents of one pool age. Who hears nothing from most of them at once has more likely
// lost his own ears than most of his agents, and moving all that they lead onto the rest would do
// the harm that it is meant to prevent. So ageing stops:
//
// - when more than half of the agents whose leases run, and at least three, were last heard within
//   one interval (MembershipOptions::silence_spread) and the first of their leases ends (the pool
//   is frozen): no agent becomes SUSPECT or DEAD, and no leader moves. Agents are counted, not
//   heartbeats, so that no change of a rate switches this off;
// - when the last lease of the pool ends: no agent becomes DEAD, since there is none to take over.
// Only agents that may lead are counted (CountsInMassFailure), and of these not the ones that are
// suspect (IsSuspect): each of them broke by itself, and leads nothing already.
//
// It goes on when enough of them are heard again: those that are not get a full lease from then on,
// or as much as they had left where it had ended. It also goes on when freeze_limit has passed
// during which some agents were heard, of this pool or of another: then the silent ones are
// believed to be gone. An operator who knows better drains them: a drained agent is not waited for.
// While no agent at all is heard the limit does not run.
//
// Whatever happens, the agent of the pool that was heard last never becomes DEAD by silence: it is
// the answer where there is no other.
//
// Looks at the pool when told to; what happened between two looks is judged as of when it happened.
// Not thread-safe.
class LeaseExpiry {
 public:
  explicit LeaseExpiry(const MembershipOptions& options) : options_(options) {}

  // Takes a look at `now`, not before an earlier look; `fleet_heard` is when an agent of any pool
  // was heard last. Whether ageing stopped or goes on with this one, and leases in `members` may
  // have been prolonged.
  bool Look(Members& members, MonotonicTime now, MonotonicTime fleet_heard);

  Moment At(MonotonicTime now) const;
  bool stopped() const { return stop_.has_value(); }
  bool frozen() const { return stop_.has_value() && stop_->frozen; }

 private:
  struct Stop {
    // What leases go by meanwhile.
    MonotonicTime age;
    bool frozen = false;
    // Since when some agents have been heard, though not enough of this pool.
    MonotonicTime some_heard_since = MonotonicTime::InfiniteFuture();
  };

  bool MayStop(const Members& members, MonotonicTime now);
  bool MayContinue(Members& members, MonotonicTime now, MonotonicTime fleet_heard);
  void ProlongLeases(Members& members, MonotonicTime now) const;
  // Whether at least one heartbeat of that agent is missing.
  bool IsSilent(const Member& member, MonotonicTime now) const;

  const MembershipOptions& options_;
  std::optional<Stop> stop_;
  // Leases that ended up to here were looked at.
  MonotonicTime judged_until_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_LEASE_EXPIRY_H_

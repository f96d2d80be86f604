#ifndef CONTROLPLANE_MEMBERSHIP_LEASE_EXPIRY_H_
#define CONTROLPLANE_MEMBERSHIP_LEASE_EXPIRY_H_

#include <cstddef>
#include <optional>

#include "controlplane/base/clock.h"
#include "controlplane/membership/member.h"
#include "controlplane/membership/membership_options.h"

namespace bellwether {

// Whether `part` of `all` agents are so many that the cause is probably here rather than at the
// agents: more than half, and at least three.
bool IsMassFailure(size_t part, size_t all);

// Decides whether the leases of one pool expire. A control plane that hears nothing from most
// agents at once has more likely lost its own network than most of its agents, and moving all of
// their partitions to the remaining agents would do the harm that failover is meant to prevent.
// Lease expiry therefore stops:
//
// - when more than half of the agents with running leases, and at least three, were last heard
//   within one interval (MembershipOptions::silence_spread) and the first of their leases ends. The
//   pool is frozen: no agent becomes SUSPECT or DEAD, and no leader moves. The rule counts agents,
//   not heartbeats, so that no change of a heartbeat rate disables it;
// - when the last lease of the pool ends: no agent becomes DEAD, since no other agent can take
//   over.
// Only agents that may lead are counted (CountsInMassFailure), and of these only agents that are
// not suspect (IsSuspect): each suspect agent broke by itself and already leads nothing.
//
// Lease expiry continues when enough of these agents are heard again. The agents that are still
// silent get a full lease from then on, or as much as they had left if expiry stopped at the last
// lease. It also continues when freeze_limit has passed during which some agents were heard, of
// this pool or of another: then the silent ones are assumed to be gone. An operator who knows that
// agents are gone can drain them: the pool does not wait for drained agents. While no agent at all
// is heard, freeze_limit does not run.
//
// In every case the agent of the pool that was heard last never becomes DEAD by silence, because it
// is the answer when there is no other.
//
// Evaluates the pool only in Look; events between two calls are judged as of when they happened.
// Not thread-safe.
class LeaseExpiry {
 public:
  explicit LeaseExpiry(const MembershipOptions& options) : options_(options) {}

  // Evaluates the pool at `now`, not before an earlier call; `fleet_heard` is when an agent of any
  // pool was last heard. Returns whether this call stopped or continued lease expiry; then it may
  // have extended leases in `members`.
  bool Look(Members& members, MonotonicTime now, MonotonicTime fleet_heard);

  Moment At(MonotonicTime now) const;
  bool stopped() const { return stop_.has_value(); }
  bool frozen() const { return stop_.has_value() && stop_->frozen; }

 private:
  struct Stop {
    // The time that leases are measured by while expiry is stopped.
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
  // Leases that ended up to this time have been evaluated.
  MonotonicTime judged_until_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_LEASE_EXPIRY_H_

#ifndef CONTROLPLANE_MEMBERSHIP_AGEING_H_
#define CONTROLPLANE_MEMBERSHIP_AGEING_H_

#include <cstddef>
#include <optional>

#include "controlplane/base/clock.h"
#include "controlplane/membership/member.h"
#include "controlplane/membership/membership_options.h"

namespace bellwether {

// Whether `part` of `all` is so many that it says more of us than of them: more than half, and at
// least three. Pure.
bool IsCrowd(size_t part, size_t all);

// Whether the agents of one pool age. Who hears nothing from most of them at once has more likely
// lost his own ears than most of his agents, and moving all that they lead onto the rest would do
// the harm that it is meant to prevent. So ageing stops:
//
// - when more than half of the agents whose leases run, and at least three, were last heard within
//   one interval and the first of their leases ends (the pool is frozen): nobody becomes STALE or
//   DEAD, and no leader moves. Agents are counted, not heartbeats, so that no change of a rate
//   switches this off;
// - when the last lease of the pool ends: nobody becomes DEAD, since there is nobody to take over.
// Agents that announced a restart are not among those that are missed.
//
// It goes on when enough of them are heard again: those that are not get a full lease from then on,
// or as much as they had left where it had ended. In a frozen pool it also goes on when
// freeze_limit has passed during which some agents were heard and most were not: then the silent
// ones are believed to be gone. An operator who knows better drains them, which takes effect at
// once. While nobody is heard at all the limit does not run.
//
// Looks at the pool when told to; what happened between two looks is judged as of when it happened.
// Not thread-safe.
class Ageing {
 public:
  explicit Ageing(const MembershipOptions& options) : options_(options) {}

  // Takes a look at `now`, not before an earlier look. Whether ageing stopped or goes on with this
  // one, and leases in `members` may have been prolonged.
  bool Look(Members& members, MonotonicTime now);

  Moment At(MonotonicTime now) const;
  bool stopped() const { return stop_.has_value(); }
  bool frozen() const { return stop_.has_value() && stop_->frozen; }

 private:
  struct Stop {
    // What leases go by meanwhile.
    MonotonicTime age;
    bool frozen = false;
    // Since when some of the agents, but not most, have been heard.
    MonotonicTime some_heard_since = MonotonicTime::InfiniteFuture();
  };

  bool MayStop(const Members& members, MonotonicTime now);
  bool MayGoOn(Members& members, MonotonicTime now);
  void ProlongLeases(Members& members, MonotonicTime now) const;
  // Whether nothing was heard of that agent for so long that at least one heartbeat is missing.
  bool IsSilent(const Member& member, MonotonicTime now) const;

  const MembershipOptions& options_;
  std::optional<Stop> stop_;
  // Leases that ended up to here were looked at.
  MonotonicTime judged_until_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_AGEING_H_

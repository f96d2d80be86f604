#ifndef CONTROLPLANE_MEMBERSHIP_UNREACHABLE_REPORTS_H_
#define CONTROLPLANE_MEMBERSHIP_UNREACHABLE_REPORTS_H_

#include "controlplane/base/clock.h"
#include "controlplane/membership/heartbeat.h"
#include "controlplane/membership/member.h"
#include "controlplane/membership/membership_options.h"

namespace bellwether {

// What agents of one pool report of each other after an outage of this process: a start, a stall,
// or a failure of its network that broke most streams at once. Then silence says nothing of an
// agent, while the others, which send to each other, know which of them is gone.
//
// An agent counts as unreachable (Member::is_unreachable) once more than half of the others that
// may lead have reported it, and at least two where there are two, until it is heard. Reports count
// for one lease after the outage. Not thread-safe.
class UnreachableReports {
 public:
  explicit UnreachableReports(const MembershipOptions& options) : options_(options) {}

  // There was an outage at `now`: until `member` is heard, others may report it.
  void Await(Member& member, MonotonicTime now);

  // Takes in which agents `reporter` could not reach. True if readers have to look at the pool by
  // seen_at() for that.
  bool Note(const Heartbeat& heartbeat, const Member& reporter, Members& members,
            MonotonicTime now);

  // Believes what enough agents have reported.
  void Judge(Members& members, MonotonicTime now) const;

  // By when readers look at the pool for the sake of the reports that have come.
  MonotonicTime seen_at() const { return seen_at_; }

 private:
  const MembershipOptions options_;
  // Reports count until then.
  MonotonicTime until_;
  MonotonicTime seen_at_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_UNREACHABLE_REPORTS_H_

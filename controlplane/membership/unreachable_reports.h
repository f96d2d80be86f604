#ifndef CONTROLPLANE_MEMBERSHIP_UNREACHABLE_REPORTS_H_
#define CONTROLPLANE_MEMBERSHIP_UNREACHABLE_REPORTS_H_

#include "controlplane/base/clock.h"
#include "controlplane/membership/heartbeat.h"
#include "controlplane/membership/member.h"
#include "controlplane/membership/membership_options.h"

namespace bellwether {

// Reports by agents of one pool that they cannot reach other agents, after an outage of this
// process: a start, a stall, or a network failure that broke most streams at once. After an outage
// the silence of an agent shows nothing, but the other agents, which send to each other, know which
// of them is gone.
//
// An agent counts as unreachable (Member::is_unreachable) once more than half of the other agents
// that may lead have reported it, and at least two if there are two, until it is heard. Reports
// count for one lease after the outage. Not thread-safe.
class UnreachableReports {
 public:
  explicit UnreachableReports(const MembershipOptions& options) : options_(options) {}

  // Records an outage at `now`: until `member` is heard, others may report it.
  void Await(Member& member, MonotonicTime now);

  // Records which agents `reporter` could not reach. True if readers therefore have to evaluate the
  // pool by seen_at().
  bool Note(const Heartbeat& heartbeat, const Member& reporter, Members& members,
            MonotonicTime now);

  // Marks the agents that enough others have reported.
  void Judge(Members& members, MonotonicTime now) const;

  // By this time readers evaluate the pool because of the reports received.
  MonotonicTime seen_at() const { return seen_at_; }

 private:
  const MembershipOptions options_;
  // Reports count until then.
  MonotonicTime until_;
  MonotonicTime seen_at_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_UNREACHABLE_REPORTS_H_

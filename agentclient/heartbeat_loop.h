#ifndef AGENTCLIENT_HEARTBEAT_LOOP_H_
#define AGENTCLIENT_HEARTBEAT_LOOP_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "agentclient/backoff.h"
#include "agentclient/departure.h"
#include "agentclient/load_sampler.h"
#include "agentclient/membership.h"
#include "agentclient/membership_listener.h"
#include "agentclient/membership_status.h"
#include "bellwether/v1/agent.pb.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/random.h"

namespace bellwether {

// The rules by which an agent joins its pool and stays in it, without a thread: whoever has one
// calls Step when it is due. Not thread-safe.
//
// The first registration is tried again while the control plane is away or busy, and given up when
// it is refused. Once registered the agent is never given up but by a later run of itself: it
// registers again whenever it is told to, for as long as it takes, and only with the control plane
// of the cluster that it registered with first.
class HeartbeatLoop {
 public:
  // The references must outlive the loop. `self` is what the agent says of itself; its boot id must
  // be new for each run of the process, and stays the same over registrations, so that one whose
  // answer was lost is no other run.
  HeartbeatLoop(const Clock& clock, Random& random, Membership& membership, LoadSampler& sampler,
                MembershipListener& listener, const v1::RegisterAgentRequest& self,
                const BackoffOptions& backoff);

  // Makes the one call that is due and says when to come again: never (the infinite future) once
  // the agent was refused or fenced, or has left.
  MonotonicTime Step();

  // Announces that the agent will leave: from then on it leads nothing, though it stays a member
  // and Step goes on with heartbeats, until Leave. The error of the first attempt, if there was
  // one: then Step tries again in place of a heartbeat, since a heartbeat would make the agent a
  // leader again. A control plane that does not know the announcement is left at once (Leave). The
  // agent does not register again from now on.
  absl::Status AnnounceDeparture(Departure departure);

  // Leaves the pool, so that it is out of every answer at once; whether it comes back is up to
  // `departure`. Nothing is sent if the agent is not registered. The error of the call, if there
  // was one: then the lease has to end by itself.
  absl::Status Leave(Departure departure);

  const MembershipStatus& status() const { return status_; }

 private:
  absl::Status Announce();
  MonotonicTime Register();
  MonotonicTime SendHeartbeat();
  v1::HeartbeatRequest NextHeartbeat();
  MonotonicTime Accept(const v1::HeartbeatResponse& response);
  MonotonicTime TryAgainAfter(const absl::Status& error);
  void Enter(MembershipState state);

  const Clock& clock_;
  Membership& membership_;
  LoadSampler& sampler_;
  MembershipListener& listener_;
  const v1::RegisterAgentRequest self_;
  Backoff backoff_;
  MembershipStatus status_;
  // Rises over registrations too: the same run may get the same epoch again.
  int64_t sequence_ = 0;
  // Set once the agent is to leave.
  std::optional<Departure> departure_;
  bool announced_ = false;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_HEARTBEAT_LOOP_H_

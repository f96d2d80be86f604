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

// The rules by which an agent joins its pool and stays in it. It has no thread: the caller calls
// Step when it is due. Not thread-safe.
//
// The first registration is retried while the control plane is unreachable or busy, and abandoned
// when it is refused. After the first registration only a later run of the same agent ends the
// loop: the agent registers again whenever the control plane asks it to, for as long as it takes,
// and only with the control plane of the cluster that it registered with first.
class HeartbeatLoop {
 public:
  // The references must outlive the loop. `self` describes the agent. Its boot id must be new for
  // each run of the process and stay the same over registrations, so that a registration whose
  // answer was lost does not count as another run.
  HeartbeatLoop(const Clock& clock, Random& random, Membership& membership, LoadSampler& sampler,
                MembershipListener& listener, const v1::RegisterAgentRequest& self,
                const BackoffOptions& backoff);

  // Makes the one call that is due and returns the time of the next Step: never (the infinite
  // future) once the agent was refused or fenced, or has left.
  MonotonicTime Step();

  // Announces that the agent will leave. From then on it leads nothing, but it stays a member and
  // Step continues to send heartbeats, until Leave. Returns the error of the first attempt, if
  // there was one; Step then retries the announcement in place of a heartbeat, since a heartbeat
  // would make the agent a leader again. If the control plane does not support the announcement,
  // the agent leaves at once (Leave). The agent does not register again from now on.
  absl::Status AnnounceDeparture(Departure departure);

  // Leaves the pool, so that no later answer contains the agent. `departure` says whether it comes
  // back. Sends nothing if the agent is not registered. Returns the error of the call, if there
  // was one: the control plane then removes the agent when its lease expires.
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
  // Keeps rising over registrations: the same run may get the same epoch again.
  int64_t sequence_ = 0;
  // Set once the agent has been asked to leave.
  std::optional<Departure> departure_;
  bool announced_ = false;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_HEARTBEAT_LOOP_H_

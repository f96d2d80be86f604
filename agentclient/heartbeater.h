#ifndef AGENTCLIENT_HEARTBEATER_H_
#define AGENTCLIENT_HEARTBEATER_H_

#include <memory>
#include <optional>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "agentclient/backoff.h"
#include "agentclient/departure.h"
#include "agentclient/heartbeat_loop.h"
#include "agentclient/load_sampler.h"
#include "agentclient/membership.h"
#include "agentclient/membership_listener.h"
#include "agentclient/membership_status.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"
#include "controlplane/base/random.h"

namespace bellwether {

// Keeps an agent in its pool: registers it, sends heartbeats at the interval that the control
// plane sets, registers again on request, backs off while the control plane is unreachable, and
// stops when a later run of the agent exists. HeartbeatLoop has the rules; this class runs them on
// a thread. Thread-safe.
class Heartbeater {
 public:
  // Starts at once. The references must outlive the heartbeater. A boot id is generated if `self`
  // has none, which is the usual case.
  Heartbeater(const Clock& clock, Random& random, std::unique_ptr<Membership> membership,
              LoadSampler& sampler, MembershipListener& listener, v1::RegisterAgentRequest self,
              const BackoffOptions& backoff = {});
  // Stops; the agent leaves for good.
  ~Heartbeater();
  Heartbeater(const Heartbeater&) = delete;
  Heartbeater& operator=(const Heartbeater&) = delete;

  // OK once the agent has been registered. If the registration was refused: the error with cause
  // and remedy; the agent should then not start. DEADLINE_EXCEEDED after `timeout`, with the
  // latest error: the control plane is unreachable, and attempts continue. CANCELLED if Stop came
  // first.
  absl::Status WaitUntilRegistered(absl::Duration timeout = absl::InfiniteDuration());

  // The state of the agent's membership as of the last attempt.
  MembershipStatus status() const;

  // Announces that the agent will leave, for good or to restart. Once this returns OK the agent
  // leads nothing in further answers, broker lists still contain it, and heartbeats continue until
  // Stop, which the caller calls when the clients have moved. An error says why the control plane
  // has not accepted the announcement, which is then retried. Waits for a call in flight and for
  // the announcement, each up to its deadline. Call it once, and not from within the listener or
  // sampler.
  absl::Status AnnounceDeparture(Departure departure);

  // Leaves the pool, for good or to restart: once this returns no further answer contains the
  // agent. Waits for a call in flight and for the deregistration, each up to its deadline. If the
  // control plane cannot be reached, it removes the agent when the lease expires. May be called
  // again on one thread; not from within the listener or sampler.
  void Stop(Departure departure = Departure::kForGood);

 private:
  void Run();
  void Announce(Departure departure);
  // Publishes the state of the loop.
  void Publish();

  const Clock& clock_;
  const std::unique_ptr<Membership> membership_;
  MembershipListener& listener_;
  // Used by the thread alone.
  HeartbeatLoop loop_;

  mutable Mutex mutex_;
  CondVar changed_;
  MembershipStatus status_ ABSL_GUARDED_BY(mutex_);
  // Set until the thread has announced the departure, and the result of the announcement.
  std::optional<Departure> to_announce_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Status> announced_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  Departure departure_ ABSL_GUARDED_BY(mutex_) = Departure::kForGood;

  // Last member: the thread uses all others.
  std::thread thread_;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_HEARTBEATER_H_

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

// Keeps an agent in its pool: registers it, beats at the pace that the control plane sets,
// registers again when told, backs off while the control plane is away, and stops when a later run
// of the agent exists. The rules are HeartbeatLoop's; this is the thread for them. Thread-safe.
class Heartbeater {
 public:
  // Starts at once. The references must outlive the heartbeater. A boot id is made if `self` has
  // none, which is the usual way.
  Heartbeater(const Clock& clock, Random& random, std::unique_ptr<Membership> membership,
              LoadSampler& sampler, MembershipListener& listener, v1::RegisterAgentRequest self,
              const BackoffOptions& backoff = {});
  // Stops it: the agent leaves for good.
  ~Heartbeater();
  Heartbeater(const Heartbeater&) = delete;
  Heartbeater& operator=(const Heartbeater&) = delete;

  // OK once the agent has been registered. The error that says why and what to do if it was
  // refused: then the agent should not start. DEADLINE_EXCEEDED after `timeout`, with the latest
  // error: the control plane is away, and trying goes on. CANCELLED if Stop came first.
  absl::Status WaitUntilRegistered(absl::Duration timeout = absl::InfiniteDuration());

  // How the agent stands, as of the last attempt.
  MembershipStatus status() const;

  // Announces that the agent will leave, for good or to come back: once this returns OK it leads
  // nothing in further answers, broker lists still contain it, and heartbeats go on until Stop,
  // which is called when its clients have moved. An error says why the control plane has not taken
  // it in: the announcement is tried again. Waits for a call under way and for the announcement,
  // each up to its deadline. Call it once; not from within the listener or sampler.
  absl::Status AnnounceDeparture(Departure departure);

  // Leaves the pool, for good or to come back: once this returns the agent is in no further answer.
  // Waits for a call under way and for the deregistration, each up to its deadline; if the control
  // plane cannot be reached the lease has to end by itself. Safe to repeat, on one thread; not from
  // within the listener or sampler.
  void Stop(Departure departure = Departure::kForGood);

 private:
  void Run();
  void Announce(Departure departure);
  // Takes over what the loop says of itself.
  void Publish();

  const Clock& clock_;
  const std::unique_ptr<Membership> membership_;
  MembershipListener& listener_;
  // The thread's own.
  HeartbeatLoop loop_;

  mutable Mutex mutex_;
  CondVar changed_;
  MembershipStatus status_ ABSL_GUARDED_BY(mutex_);
  // Set until the thread has announced it, and how that went.
  std::optional<Departure> to_announce_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Status> announced_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  Departure departure_ ABSL_GUARDED_BY(mutex_) = Departure::kForGood;

  // Last, so that the thread finds everything else ready.
  std::thread thread_;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_HEARTBEATER_H_

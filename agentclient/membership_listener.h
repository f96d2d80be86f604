#ifndef AGENTCLIENT_MEMBERSHIP_LISTENER_H_
#define AGENTCLIENT_MEMBERSHIP_LISTENER_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "bellwether/v1/agent.pb.h"

namespace bellwether {

// Is told what happens to an agent's membership; the agent's author overrides what matters to it.
// Called on the heartbeat thread, which waits: be quick, and do not call the heartbeater's Stop.
class MembershipListener {
 public:
  virtual ~MembershipListener() = default;

  // Registered, for the first time or again.
  virtual void OnRegistered(const v1::RegisterAgentResponse& registration) {}
  // The first registration was refused and will not be tried again; the error has the remedy.
  virtual void OnRefused(const absl::Status& error) {}
  // A later run of this agent exists; nothing more will be sent. This process must stop.
  virtual void OnFenced(const absl::Status& error) {}
  // An admin wants this agent to finish, or wants it back.
  virtual void OnDrain(bool drain) {}
  // An attempt failed and will be made again. Told once for a run of failures of one kind.
  virtual void OnTrouble(const absl::Status& error) {}
  // Heartbeats are answered again, after they were not for `away`.
  virtual void OnReconnected(absl::Duration away) {}
};

}  // namespace bellwether

#endif  // AGENTCLIENT_MEMBERSHIP_LISTENER_H_

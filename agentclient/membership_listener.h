#ifndef AGENTCLIENT_MEMBERSHIP_LISTENER_H_
#define AGENTCLIENT_MEMBERSHIP_LISTENER_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "bellwether/v1/agent.pb.h"

namespace bellwether {

// Receives events about an agent's membership; the agent's author overrides those that matter.
// Called on the heartbeat thread, which waits: return quickly, and do not call the heartbeater's
// Stop.
class MembershipListener {
 public:
  virtual ~MembershipListener() = default;

  // The agent has registered, for the first time or again.
  virtual void OnRegistered(const v1::RegisterAgentResponse& registration) {}
  // The first registration was refused and will not be retried; the error has the remedy.
  virtual void OnRefused(const absl::Status& error) {}
  // A later run of this agent exists; nothing more will be sent. This process must stop.
  virtual void OnFenced(const absl::Status& error) {}
  // An admin drains this agent, or ends its drain.
  virtual void OnDrain(bool drain) {}
  // An attempt failed and will be repeated. Called once for a series of failures of one kind.
  virtual void OnTrouble(const absl::Status& error) {}
  // Heartbeats are answered again, after a gap of `away`.
  virtual void OnReconnected(absl::Duration away) {}
};

}  // namespace bellwether

#endif  // AGENTCLIENT_MEMBERSHIP_LISTENER_H_

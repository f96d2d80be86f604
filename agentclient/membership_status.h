#ifndef AGENTCLIENT_MEMBERSHIP_STATUS_H_
#define AGENTCLIENT_MEMBERSHIP_STATUS_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "bellwether/v1/agent.pb.h"
#include "controlplane/base/clock.h"

namespace bellwether {

// How an agent stands with the control plane.
enum class MembershipState {
  // Not registered yet, or not any more: trying.
  kRegistering,
  // The last heartbeat was answered.
  kRegistered,
  // Registered, but heartbeats get no answer: trying. The agent should go on serving.
  kDisconnected,
  // The first registration was refused: nothing will change until the agent is configured anew.
  kRefused,
  // A later run of this agent has taken its place: this process must stop.
  kFenced,
  // The agent left the pool.
  kStopped,
};

// "registering", "registered" and so on. Pure.
absl::string_view MembershipStateName(MembershipState state);

// How an agent stands, since when, and why. A value.
struct MembershipStatus {
  MembershipState state = MembershipState::kRegistering;
  // When that state began.
  MonotonicTime since;
  // What the latest registration gave; nullopt before the first.
  std::optional<v1::RegisterAgentResponse> registration;
  // An admin wants this agent to finish.
  bool drain = false;
  // What the latest attempt failed with; OK after one that did not.
  absl::Status last_error;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_MEMBERSHIP_STATUS_H_

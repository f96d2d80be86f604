#ifndef AGENTCLIENT_MEMBERSHIP_STATUS_H_
#define AGENTCLIENT_MEMBERSHIP_STATUS_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "bellwether/v1/agent.pb.h"
#include "controlplane/base/clock.h"

namespace bellwether {

// The state of an agent's membership.
enum class MembershipState {
  // Not registered, or no longer registered: retrying.
  kRegistering,
  // The last heartbeat was answered.
  kRegistered,
  // Registered, but heartbeats get no answer: retrying. The agent should continue to serve.
  kDisconnected,
  // The first registration was refused: nothing will change until the agent is reconfigured.
  kRefused,
  // A later run of this agent exists: this process must stop.
  kFenced,
  // The agent left the pool.
  kStopped,
};

// "registering", "registered" and so on. Pure.
absl::string_view MembershipStateName(MembershipState state);

// The state of an agent's membership, its beginning and its cause.
struct MembershipStatus {
  MembershipState state = MembershipState::kRegistering;
  // When that state began.
  MonotonicTime since;
  // The result of the latest registration; nullopt before the first.
  std::optional<v1::RegisterAgentResponse> registration;
  // An admin drains this agent.
  bool drain = false;
  // The error of the latest attempt; OK if it succeeded.
  absl::Status last_error;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_MEMBERSHIP_STATUS_H_

#include "agentclient/membership_status.h"

namespace bellwether {

absl::string_view MembershipStateName(MembershipState state) {
  switch (state) {
    case MembershipState::kRegistering:
      return "registering";
    case MembershipState::kRegistered:
      return "registered";
    case MembershipState::kDisconnected:
      return "disconnected";
    case MembershipState::kRefused:
      return "refused";
    case MembershipState::kFenced:
      return "fenced";
    case MembershipState::kStopped:
      return "stopped";
  }
  return "unknown";
}

}  // namespace bellwether

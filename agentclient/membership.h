#ifndef AGENTCLIENT_MEMBERSHIP_H_
#define AGENTCLIENT_MEMBERSHIP_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bellwether/v1/agent.pb.h"

namespace bellwether {

// The calls of the heartbeat loop to the control plane. Every method blocks until there is an
// answer or its deadline has passed. Errors come from the control plane (see GetReason) or from
// the connection. Used by one thread at a time.
class Membership {
 public:
  virtual ~Membership() = default;

  virtual absl::StatusOr<v1::RegisterAgentResponse> Register(
      const v1::RegisterAgentRequest& request) = 0;
  virtual absl::StatusOr<v1::HeartbeatResponse> SendHeartbeat(
      const v1::HeartbeatRequest& request) = 0;
  virtual absl::Status AnnounceDeparture(const v1::AnnounceDepartureRequest& request) = 0;
  virtual absl::Status Deregister(const v1::DeregisterAgentRequest& request) = 0;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_MEMBERSHIP_H_

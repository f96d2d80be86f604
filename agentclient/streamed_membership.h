#ifndef AGENTCLIENT_STREAMED_MEMBERSHIP_H_
#define AGENTCLIENT_STREAMED_MEMBERSHIP_H_

#include <grpcpp/channel.h>

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agentclient/control_plane_client.h"
#include "agentclient/heartbeat_stream.h"
#include "agentclient/membership.h"
#include "controlplane/base/clock.h"

namespace bellwether {

// Membership over gRPC, with the heartbeats on one stream: for thousands of agents that costs the
// control plane far less than one call for each heartbeat. Used by one thread at a time.
//
// A stream that ended between two heartbeats (control planes limit the age of connections) is
// reopened within the same heartbeat call; the caller does not notice.
class StreamedMembership final : public Membership {
 public:
  // `clock` must outlive it.
  StreamedMembership(const std::shared_ptr<grpc::Channel>& channel, const Clock& clock,
                     const CallTimeouts& timeouts = {});

  absl::StatusOr<v1::RegisterAgentResponse> Register(
      const v1::RegisterAgentRequest& request) override;
  absl::StatusOr<v1::HeartbeatResponse> SendHeartbeat(const v1::HeartbeatRequest& request) override;
  absl::Status AnnounceDeparture(const v1::AnnounceDepartureRequest& request) override;
  absl::Status Deregister(const v1::DeregisterAgentRequest& request) override;

 private:
  absl::StatusOr<v1::HeartbeatResponse> SendOneHeartbeat(const v1::HeartbeatRequest& request);

  const Clock& clock_;
  const CallTimeouts timeouts_;
  ControlPlaneClient client_;
  const std::unique_ptr<v1::AgentService::Stub> stub_;
  // nullptr before the first heartbeat and after a failure.
  std::unique_ptr<HeartbeatStream> stream_;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_STREAMED_MEMBERSHIP_H_

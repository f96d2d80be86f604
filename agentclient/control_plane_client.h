#ifndef AGENTCLIENT_CONTROL_PLANE_CLIENT_H_
#define AGENTCLIENT_CONTROL_PLANE_CLIENT_H_

#include <grpcpp/channel.h>

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bellwether/v1/agent.grpc.pb.h"
#include "bellwether/v1/discovery.grpc.pb.h"
#include "controlplane/base/mutex.h"

namespace bellwether {

// How long a call may take before it fails with DEADLINE_EXCEEDED. A value.
struct CallTimeouts {
  // Ends in a synced commit.
  absl::Duration registration = absl::Seconds(5);
  absl::Duration heartbeat = absl::Seconds(3);
  absl::Duration deregistration = absl::Seconds(3);
  // Kafka clients wait for it.
  absl::Duration leaders = absl::Seconds(2);
};

// The calls that agents make, typed and each with a deadline. Thread-safe.
//
// A failed call gives the control plane's code and message, and its reason (GetReason in
// controlplane/model/error.h) where it had one. While the control plane cannot be reached calls
// fail at once with UNAVAILABLE rather than wait. Nothing is tried again.
class ControlPlaneClient {
 public:
  using LeadersDone = std::function<void(absl::StatusOr<v1::ResolveLeadersResponse>)>;

  explicit ControlPlaneClient(const std::shared_ptr<grpc::Channel>& channel,
                              const CallTimeouts& timeouts = {});
  // Waits until the queries under way have been answered or timed out: each of them holds the
  // channel, and gRPC does not survive a channel whose last holder goes on gRPC's own thread. So:
  // not from within a LeadersDone.
  ~ControlPlaneClient();
  ControlPlaneClient(const ControlPlaneClient&) = delete;
  ControlPlaneClient& operator=(const ControlPlaneClient&) = delete;

  // Joins a pool. The usual way is a Heartbeater, which also stays in it.
  absl::StatusOr<v1::RegisterAgentResponse> Register(const v1::RegisterAgentRequest& request);
  // Renews the lease. An agent that is not known is OK with `reregister` set; an old epoch is
  // FAILED_PRECONDITION (kStaleAgentEpoch).
  absl::StatusOr<v1::HeartbeatResponse> Heartbeat(const v1::HeartbeatRequest& request);
  // Announces that the agent leaves: it leads nothing in later answers, and clients can still use
  // it.
  absl::Status AnnounceDeparture(const v1::AnnounceDepartureRequest& request);
  // Leaves the pool: out of every answer at once.
  absl::Status Deregister(const v1::DeregisterAgentRequest& request);

  // Who leads? UNAVAILABLE (kNoLiveAgent, kAgentGroupUnavailable) if the pool, or
  // the client's group, has no agent that could.
  absl::StatusOr<v1::ResolveLeadersResponse> ResolveLeaders(
      const v1::ResolveLeadersRequest& request);
  // The same without waiting: `done` is called exactly once, within the time-out, on a thread of
  // gRPC (do not block it). Thousands may be under way.
  void ResolveLeaders(const v1::ResolveLeadersRequest& request, LeadersDone done);

 private:
  struct LeadersCall;
  // Counts one query for as long as it lives.
  class UnderWay;

  const CallTimeouts timeouts_;
  const std::unique_ptr<v1::AgentService::Stub> agents_;
  const std::unique_ptr<v1::DiscoveryService::Stub> discovery_;
  Mutex mutex_;
  CondVar query_ended_;
  int queries_under_way_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_CONTROL_PLANE_CLIENT_H_

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

// How long a call may take before it fails with DEADLINE_EXCEEDED.
struct CallTimeouts {
  // Includes a synced commit.
  absl::Duration registration = absl::Seconds(5);
  absl::Duration heartbeat = absl::Seconds(3);
  absl::Duration deregistration = absl::Seconds(3);
  // Kafka clients wait for it.
  absl::Duration leaders = absl::Seconds(2);
};

// The calls that agents make, typed and each with a deadline. Thread-safe.
//
// A failed call returns the control plane's code and message, and its reason (GetReason in
// controlplane/model/error.h) if it sent one. While the control plane cannot be reached, calls
// fail at once with UNAVAILABLE instead of waiting. Nothing is retried.
class ControlPlaneClient {
 public:
  using LeadersDone = std::function<void(absl::StatusOr<v1::ResolveLeadersResponse>)>;

  explicit ControlPlaneClient(const std::shared_ptr<grpc::Channel>& channel,
                              const CallTimeouts& timeouts = {});
  // Waits until all queries in flight have been answered or have timed out: each of them holds the
  // channel, and gRPC crashes if the last reference to a channel is dropped on gRPC's own thread.
  // Therefore do not call this from within a LeadersDone.
  ~ControlPlaneClient();
  ControlPlaneClient(const ControlPlaneClient&) = delete;
  ControlPlaneClient& operator=(const ControlPlaneClient&) = delete;

  // Joins a pool. Heartbeater is the usual way: it also keeps the agent in the pool.
  absl::StatusOr<v1::RegisterAgentResponse> Register(const v1::RegisterAgentRequest& request);
  // Renews the lease. For an unknown agent the result is OK with `reregister` set; for an old
  // epoch it is FAILED_PRECONDITION (kStaleAgentEpoch).
  absl::StatusOr<v1::HeartbeatResponse> Heartbeat(const v1::HeartbeatRequest& request);
  // Announces that the agent leaves. From then on it leads nothing in later answers, while clients
  // can still use it.
  absl::Status AnnounceDeparture(const v1::AnnounceDepartureRequest& request);
  // Leaves the pool: the agent is removed from every answer at once.
  absl::Status Deregister(const v1::DeregisterAgentRequest& request);

  // Resolves partition leaders. UNAVAILABLE (kNoLiveAgent, kAgentGroupUnavailable) if no agent of
  // the pool, or of the client's group, can lead.
  absl::StatusOr<v1::ResolveLeadersResponse> ResolveLeaders(
      const v1::ResolveLeadersRequest& request);
  // Asynchronous form: `done` is called exactly once, within the time-out, on a thread of gRPC (do
  // not block it). Thousands of queries may be in flight.
  void ResolveLeaders(const v1::ResolveLeadersRequest& request, LeadersDone done);

 private:
  struct LeadersCall;
  // Counts one query in flight for as long as the object lives.
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

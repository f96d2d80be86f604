#ifndef CONTROLPLANE_SERVICE_AGENT_SERVICE_H_
#define CONTROLPLANE_SERVICE_AGENT_SERVICE_H_

#include <atomic>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "bellwether/v1/agent.grpc.pb.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/discovery/leader_query_observer.h"
#include "controlplane/membership/agent_registry.h"
#include "controlplane/planning/enrollment.h"
#include "controlplane/planning/pool_planners.h"
#include "controlplane/service/rpc_runner.h"

namespace bellwether {

// bellwether.v1.AgentService, implemented with the enrollment and the registry. Thread-safe.
class AgentService final : public v1::AgentService::CallbackService {
 public:
  // All arguments must outlive every call. A heartbeat stream is ended in an orderly way at the age
  // `stream_age`, before its connection is cut off for its age and the agent counts as gone.
  AgentService(const Catalog& catalog, Enrollment& enrollment, AgentRegistry& registry,
               PoolPlanners& planners, LeaderQueryObserver& leader_queries, const RpcRunner& runner,
               absl::Duration stream_age);

  grpc::ServerUnaryReactor* RegisterAgent(grpc::CallbackServerContext* context,
                                          const v1::RegisterAgentRequest* request,
                                          v1::RegisterAgentResponse* response) override;
  grpc::ServerUnaryReactor* Heartbeat(grpc::CallbackServerContext* context,
                                      const v1::HeartbeatRequest* request,
                                      v1::HeartbeatResponse* response) override;
  grpc::ServerBidiReactor<v1::HeartbeatRequest, v1::HeartbeatResponse>* StreamHeartbeats(
      grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* AnnounceDeparture(grpc::CallbackServerContext* context,
                                              const v1::AnnounceDepartureRequest* request,
                                              v1::AnnounceDepartureResponse* response) override;
  grpc::ServerUnaryReactor* DeregisterAgent(grpc::CallbackServerContext* context,
                                            const v1::DeregisterAgentRequest* request,
                                            v1::DeregisterAgentResponse* response) override;

  // Ends every heartbeat stream after its next message with UNAVAILABLE (kShuttingDown), so that a
  // stopping server need not cut it off.
  void EndStreams() { ending_streams_.store(true, std::memory_order_relaxed); }

 private:
  class HeartbeatStream;

  absl::Status Register(const v1::RegisterAgentRequest& request,
                        v1::RegisterAgentResponse& response);
  // Processes one heartbeat, from a unary call or a stream.
  absl::Status SendHeartbeat(const v1::HeartbeatRequest& request, v1::HeartbeatResponse& response);
  absl::Status Announce(const v1::AnnounceDepartureRequest& request);
  absl::Status Deregister(const v1::DeregisterAgentRequest& request);

  const Catalog& catalog_;
  Enrollment& enrollment_;
  AgentRegistry& registry_;
  PoolPlanners& planners_;
  LeaderQueryObserver& leader_queries_;
  const RpcRunner& runner_;
  const absl::Duration stream_age_;
  std::atomic<bool> ending_streams_ = false;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_AGENT_SERVICE_H_

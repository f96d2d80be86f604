#include "agentclient/control_plane_client.h"

#include <grpcpp/client_context.h>

#include <utility>

#include "agentclient/call_deadline.h"
#include "agentclient/rpc_status.h"

namespace bellwether {
namespace {

// Makes one blocking call of a method of `stub`.
template <typename Response, typename Stub, typename Request>
absl::StatusOr<Response> Call(Stub& stub,
                              grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              absl::Duration timeout, const Request& request) {
  grpc::ClientContext context;
  context.set_deadline(DeadlineAfter(timeout));
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return FromGrpcStatus(status);
  return response;
}

}  // namespace

class ControlPlaneClient::UnderWay {
 public:
  explicit UnderWay(ControlPlaneClient& client) : client_(client) {
    MutexLock lock(client_.mutex_);
    ++client_.queries_under_way_;
  }
  ~UnderWay() {
    MutexLock lock(client_.mutex_);
    --client_.queries_under_way_;
    // Under the lock: without it the client could be gone by now.
    client_.query_ended_.NotifyAll();
  }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;

 private:
  ControlPlaneClient& client_;
};

// A query under way: everything that gRPC wants kept until it answers.
struct ControlPlaneClient::LeadersCall {
  explicit LeadersCall(ControlPlaneClient& client) : under_way(client) {}

  // First, so that it ends last: the context holds the channel.
  const UnderWay under_way;
  grpc::ClientContext context;
  v1::ResolveLeadersRequest request;
  v1::ResolveLeadersResponse response;
  LeadersDone done;
};

ControlPlaneClient::ControlPlaneClient(const std::shared_ptr<grpc::Channel>& channel,
                                       const CallTimeouts& timeouts)
    : timeouts_(timeouts),
      agents_(v1::AgentService::NewStub(channel)),
      discovery_(v1::DiscoveryService::NewStub(channel)) {}

ControlPlaneClient::~ControlPlaneClient() {
  MutexLock lock(mutex_);
  while (queries_under_way_ > 0) query_ended_.Wait(mutex_);
}

absl::StatusOr<v1::RegisterAgentResponse> ControlPlaneClient::Register(
    const v1::RegisterAgentRequest& request) {
  return Call(*agents_, &v1::AgentService::Stub::RegisterAgent, timeouts_.registration, request);
}

absl::StatusOr<v1::HeartbeatResponse> ControlPlaneClient::Heartbeat(
    const v1::HeartbeatRequest& request) {
  return Call(*agents_, &v1::AgentService::Stub::Heartbeat, timeouts_.heartbeat, request);
}

absl::Status ControlPlaneClient::AnnounceDeparture(const v1::AnnounceDepartureRequest& request) {
  return Call(*agents_, &v1::AgentService::Stub::AnnounceDeparture, timeouts_.deregistration,
              request)
      .status();
}

absl::Status ControlPlaneClient::Deregister(const v1::DeregisterAgentRequest& request) {
  return Call(*agents_, &v1::AgentService::Stub::DeregisterAgent, timeouts_.deregistration, request)
      .status();
}

absl::StatusOr<v1::ResolveLeadersResponse> ControlPlaneClient::ResolveLeaders(
    const v1::ResolveLeadersRequest& request) {
  return Call(*discovery_, &v1::DiscoveryService::Stub::ResolveLeaders, timeouts_.leaders, request);
}

void ControlPlaneClient::ResolveLeaders(const v1::ResolveLeadersRequest& request,
                                        LeadersDone done) {
  auto call = std::make_shared<LeadersCall>(*this);
  call->context.set_deadline(DeadlineAfter(timeouts_.leaders));
  call->request = request;
  call->done = std::move(done);
  discovery_->async()->ResolveLeaders(&call->context, &call->request, &call->response,
                                      [call](const grpc::Status& status) {
                                        if (status.ok()) {
                                          call->done(std::move(call->response));
                                        } else {
                                          call->done(FromGrpcStatus(status));
                                        }
                                      });
}

}  // namespace bellwether

#include "agentclient/streamed_membership.h"

namespace bellwether {

StreamedMembership::StreamedMembership(const std::shared_ptr<grpc::Channel>& channel,
                                       const Clock& clock, const CallTimeouts& timeouts)
    : clock_(clock),
      timeouts_(timeouts),
      client_(channel, timeouts),
      stub_(v1::AgentService::NewStub(channel)) {}

absl::StatusOr<v1::RegisterAgentResponse> StreamedMembership::Register(
    const v1::RegisterAgentRequest& request) {
  return client_.Register(request);
}

absl::StatusOr<v1::HeartbeatResponse> StreamedMembership::SendHeartbeat(
    const v1::HeartbeatRequest& request) {
  const bool may_be_old = stream_ != nullptr;
  absl::StatusOr<v1::HeartbeatResponse> response = SendOneHeartbeat(request);
  // Safe to repeat: a heartbeat that did arrive renews the lease again and no more.
  if (may_be_old && absl::IsUnavailable(response.status())) response = SendOneHeartbeat(request);
  return response;
}

absl::Status StreamedMembership::AnnounceDeparture(const v1::AnnounceDepartureRequest& request) {
  return client_.AnnounceDeparture(request);
}

absl::Status StreamedMembership::Deregister(const v1::DeregisterAgentRequest& request) {
  stream_ = nullptr;
  return client_.Deregister(request);
}

absl::StatusOr<v1::HeartbeatResponse> StreamedMembership::SendOneHeartbeat(
    const v1::HeartbeatRequest& request) {
  if (stream_ == nullptr) stream_ = std::make_unique<HeartbeatStream>(*stub_, clock_);
  absl::StatusOr<v1::HeartbeatResponse> response = stream_->Exchange(request, timeouts_.heartbeat);
  if (!response.ok()) stream_ = nullptr;
  return response;
}

}  // namespace bellwether

#include "agentclient/fake_control_plane.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace bellwether {

grpc::Status WireError(grpc::StatusCode code, absl::string_view reason, absl::string_view message,
                       absl::Duration retry_delay) {
  google::rpc::Status details;
  details.set_code(code);
  details.set_message(std::string(message));
  google::rpc::ErrorInfo error_info;
  error_info.set_reason(std::string(reason));
  error_info.set_domain("bellwether");
  (*error_info.mutable_metadata())["agent_pool"] = "apn_orders";
  details.add_details()->PackFrom(error_info);
  if (retry_delay != absl::ZeroDuration()) {
    google::rpc::RetryInfo retry_info;
    retry_info.mutable_retry_delay()->set_seconds(absl::ToInt64Seconds(retry_delay));
    details.add_details()->PackFrom(retry_info);
  }
  return {code, std::string(message), details.SerializeAsString()};
}

class FakeControlPlane::Agents final : public v1::AgentService::Service {
 public:
  explicit Agents(FakeControlPlane& fake) : fake_(fake) {}

  grpc::Status RegisterAgent(grpc::ServerContext* context, const v1::RegisterAgentRequest* request,
                             v1::RegisterAgentResponse* response) override {
    Answer<v1::RegisterAgentRequest, v1::RegisterAgentResponse> answer;
    {
      MutexLock lock(fake_.mutex_);
      fake_.registrations_.push_back(*request);
      answer = fake_.answer_registration_;
    }
    fake_.WaitWhileHanging();
    return answer(*request, *response);
  }

  grpc::Status Heartbeat(grpc::ServerContext* context, const v1::HeartbeatRequest* request,
                         v1::HeartbeatResponse* response) override {
    Answer<v1::HeartbeatRequest, v1::HeartbeatResponse> answer;
    {
      MutexLock lock(fake_.mutex_);
      fake_.heartbeats_.push_back(*request);
      answer = fake_.answer_heartbeat_;
    }
    fake_.changed_.NotifyAll();
    fake_.WaitWhileHanging();
    return answer(*request, *response);
  }

  grpc::Status StreamHeartbeats(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<v1::HeartbeatResponse, v1::HeartbeatRequest>* stream) override {
    {
      MutexLock lock(fake_.mutex_);
      ++fake_.streams_;
    }
    v1::HeartbeatRequest request;
    while (stream->Read(&request)) {
      v1::HeartbeatResponse response;
      const grpc::Status status = Heartbeat(context, &request, &response);
      if (!status.ok()) return status;
      stream->Write(response);
      MutexLock lock(fake_.mutex_);
      if (std::exchange(fake_.end_next_stream_, false)) break;
    }
    return grpc::Status::OK;
  }

  grpc::Status AnnounceDeparture(grpc::ServerContext* context,
                                 const v1::AnnounceDepartureRequest* request,
                                 v1::AnnounceDepartureResponse* response) override {
    {
      MutexLock lock(fake_.mutex_);
      fake_.announcements_.push_back(*request);
    }
    fake_.WaitWhileHanging();
    return grpc::Status::OK;
  }

  grpc::Status DeregisterAgent(grpc::ServerContext* context,
                               const v1::DeregisterAgentRequest* request,
                               v1::DeregisterAgentResponse* response) override {
    {
      MutexLock lock(fake_.mutex_);
      fake_.deregistrations_.push_back(*request);
    }
    fake_.WaitWhileHanging();
    return grpc::Status::OK;
  }

 private:
  FakeControlPlane& fake_;
};

class FakeControlPlane::Discovery final : public v1::DiscoveryService::Service {
 public:
  explicit Discovery(FakeControlPlane& fake) : fake_(fake) {}

  grpc::Status ResolveLeaders(grpc::ServerContext* context,
                              const v1::ResolveLeadersRequest* request,
                              v1::ResolveLeadersResponse* response) override {
    Answer<v1::ResolveLeadersRequest, v1::ResolveLeadersResponse> answer;
    {
      MutexLock lock(fake_.mutex_);
      fake_.leader_queries_.push_back(*request);
      answer = fake_.answer_leader_query_;
    }
    fake_.WaitWhileHanging();
    return answer(*request, *response);
  }

  grpc::Status WatchPool(grpc::ServerContext* context, const v1::WatchPoolRequest* request,
                         grpc::ServerWriter<v1::WatchPoolResponse>* writer) override {
    {
      MutexLock lock(fake_.mutex_);
      fake_.watches_.push_back(*request);
      fake_.changed_.NotifyAll();
      if (!fake_.watchable_) return {grpc::StatusCode::UNIMPLEMENTED, "nobody may watch"};
    }
    while (true) {
      v1::WatchPoolResponse message;
      {
        MutexLock lock(fake_.mutex_);
        while (fake_.views_.empty() && !fake_.end_watch_.has_value()) {
          if (context->IsCancelled()) return grpc::Status::CANCELLED;
          // gRPC does not notify a waiting thread that the call was cancelled.
          fake_.changed_.WaitFor(fake_.mutex_, absl::Milliseconds(5));
        }
        if (fake_.views_.empty()) {
          const grpc::Status status = *fake_.end_watch_;
          fake_.end_watch_.reset();
          return status;
        }
        message = fake_.views_.front();
        fake_.views_.pop_front();
      }
      writer->Write(message);
    }
  }

 private:
  FakeControlPlane& fake_;
};

FakeControlPlane::FakeControlPlane(int port)
    : agents_(std::make_unique<Agents>(*this)), discovery_(std::make_unique<Discovery>(*this)) {
  AnswerRegistrations([](const v1::RegisterAgentRequest&, v1::RegisterAgentResponse& response) {
    response.set_agent_epoch(7);
    response.set_broker_id(42);
    response.set_cluster_uid("cluster-1");
    response.set_agent_pool("agentPools/apn_orders");
    response.set_virtual_cluster("virtualClusters/orders");
    response.set_virtual_cluster_uid("vci_orders");
    response.mutable_heartbeat_interval()->set_nanos(20'000'000);
    return grpc::Status::OK;
  });
  AnswerHeartbeats([](const v1::HeartbeatRequest&, v1::HeartbeatResponse& response) {
    response.mutable_next_heartbeat_after()->set_nanos(20'000'000);
    return grpc::Status::OK;
  });
  AnswerLeaderQueries([](const v1::ResolveLeadersRequest&, v1::ResolveLeadersResponse&) {
    return grpc::Status::OK;
  });
  grpc::ServerBuilder builder;
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddListeningPort(absl::StrCat("127.0.0.1:", port), grpc::InsecureServerCredentials(),
                           &port_);
  builder.RegisterService(agents_.get());
  builder.RegisterService(discovery_.get());
  server_ = builder.BuildAndStart();
}

FakeControlPlane::~FakeControlPlane() {
  Resume();
  // Streams are open for as long as agents live: cut them off.
  if (server_ != nullptr) server_->Shutdown(gpr_time_0(GPR_TIMESPAN));
}

std::string FakeControlPlane::address() const { return absl::StrCat("127.0.0.1:", port_); }

void FakeControlPlane::AnswerRegistrations(
    Answer<v1::RegisterAgentRequest, v1::RegisterAgentResponse> answer) {
  MutexLock lock(mutex_);
  answer_registration_ = std::move(answer);
}

void FakeControlPlane::AnswerHeartbeats(
    Answer<v1::HeartbeatRequest, v1::HeartbeatResponse> answer) {
  MutexLock lock(mutex_);
  answer_heartbeat_ = std::move(answer);
}

void FakeControlPlane::AnswerLeaderQueries(
    Answer<v1::ResolveLeadersRequest, v1::ResolveLeadersResponse> answer) {
  MutexLock lock(mutex_);
  answer_leader_query_ = std::move(answer);
}

void FakeControlPlane::SendView(v1::WatchPoolResponse message) {
  {
    MutexLock lock(mutex_);
    watchable_ = true;
    views_.push_back(std::move(message));
  }
  changed_.NotifyAll();
}

void FakeControlPlane::EndWatch(grpc::Status status) {
  {
    MutexLock lock(mutex_);
    end_watch_ = std::move(status);
  }
  changed_.NotifyAll();
}

void FakeControlPlane::Hang() {
  MutexLock lock(mutex_);
  hanging_ = true;
}

void FakeControlPlane::Resume() {
  {
    MutexLock lock(mutex_);
    hanging_ = false;
  }
  changed_.NotifyAll();
}

void FakeControlPlane::EndNextStream() {
  MutexLock lock(mutex_);
  end_next_stream_ = true;
}

std::vector<v1::RegisterAgentRequest> FakeControlPlane::registrations() const {
  MutexLock lock(mutex_);
  return registrations_;
}

std::vector<v1::HeartbeatRequest> FakeControlPlane::heartbeats() const {
  MutexLock lock(mutex_);
  return heartbeats_;
}

std::vector<v1::AnnounceDepartureRequest> FakeControlPlane::announcements() const {
  MutexLock lock(mutex_);
  return announcements_;
}

std::vector<v1::DeregisterAgentRequest> FakeControlPlane::deregistrations() const {
  MutexLock lock(mutex_);
  return deregistrations_;
}

std::vector<v1::ResolveLeadersRequest> FakeControlPlane::leader_queries() const {
  MutexLock lock(mutex_);
  return leader_queries_;
}

int FakeControlPlane::streams() const {
  MutexLock lock(mutex_);
  return streams_;
}

std::vector<v1::WatchPoolRequest> FakeControlPlane::watches() const {
  MutexLock lock(mutex_);
  return watches_;
}

void FakeControlPlane::AwaitWatches(size_t count) {
  MutexLock lock(mutex_);
  while (watches_.size() < count) changed_.Wait(mutex_);
}

void FakeControlPlane::AwaitHeartbeats(size_t count) {
  MutexLock lock(mutex_);
  while (heartbeats_.size() < count) changed_.Wait(mutex_);
}

void FakeControlPlane::WaitWhileHanging() {
  MutexLock lock(mutex_);
  while (hanging_) changed_.Wait(mutex_);
}

}  // namespace bellwether

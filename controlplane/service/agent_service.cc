#include "controlplane/service/agent_service.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/base/log.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"
#include "controlplane/model/resource_name.h"
#include "controlplane/service/agent_proto.h"
#include "controlplane/service/grpc_status.h"
#include "controlplane/service/time_proto.h"

namespace bellwether {

// One stream: reads a heartbeat, answers it, reads the next. gRPC never has two operations of it
// under way at once, so it needs no lock. Deletes itself when gRPC is done with it.
class AgentService::HeartbeatStream final
    : public grpc::ServerBidiReactor<v1::HeartbeatRequest, v1::HeartbeatResponse> {
 public:
  HeartbeatStream(AgentService& service, const grpc::CallbackServerContext& context)
      : service_(service), context_(context), start_(service.runner_.Now()) {
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return Break(absl::OkStatus());
    response_.Clear();
    absl::Status status =
        service_.runner_.Authorize(context_, RpcMethod::kStreamHeartbeats, request_);
    if (status.ok()) status = service_.SendHeartbeat(request_, response_);
    if (!status.ok()) return End(std::move(status));
    last_heartbeat_ = service_.registry_.clock().MonotonicNow();
    Forget();
    StartWrite(&response_);
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return Break(absl::CancelledError("the agent closed its heartbeat stream"));
    if (service_.ending_streams_.load(std::memory_order_relaxed)) {
      return End(MakeError(absl::StatusCode::kUnavailable, Reason::kShuttingDown,
                           "the control plane is shutting down; connect again shortly"));
    }
    if (service_.runner_.Now() - start_ >= service_.stream_age_) {
      return End(absl::UnavailableError("the stream is old; open a new one"));
    }
    StartRead(&request_);
  }

  void OnDone() override {
    service_.runner_.RecordEnd(RpcMethod::kStreamHeartbeats, status_, start_);
    delete this;
  }

 private:
  // The agent, or the network between it and us, has failed: clients may not reach it either.
  void Break(absl::Status status) {
    if (!response_.reregister() && last_heartbeat_.has_value()) {
      service_.registry_.NoteBrokenStream(
          {std::string(StripAgentPoolCollection(request_.agent_pool())), request_.agent_id()},
          request_.agent_epoch(), *last_heartbeat_);
    }
    End(std::move(status));
  }

  // Gives back the memory of the report, which its pool accounts for, and keeps whose it was.
  void Forget() {
    v1::HeartbeatRequest heartbeat;
    heartbeat.set_agent_pool(request_.agent_pool());
    heartbeat.set_agent_id(request_.agent_id());
    heartbeat.set_agent_epoch(request_.agent_epoch());
    request_ = std::move(heartbeat);
  }

  void End(absl::Status status) {
    status_ = std::move(status);
    Finish(ToGrpcStatus(status_));
  }

  AgentService& service_;
  const grpc::CallbackServerContext& context_;
  const MonotonicTime start_;
  v1::HeartbeatRequest request_;
  v1::HeartbeatResponse response_;
  // When the last heartbeat on it had been taken in.
  std::optional<MonotonicTime> last_heartbeat_;
  absl::Status status_;
};

namespace {

// Takes note of who asked the agent for partitions that are spread.
void NoteClients(const v1::HeartbeatRequest& request, const PoolSnapshot& pool, MonotonicTime now) {
  const size_t count =
      std::min(static_cast<size_t>(request.spread_clients_size()), kMaxSpreadClientsPerHeartbeat);
  for (size_t i = 0; i < count; ++i) {
    const v1::SpreadClient& asked = request.spread_clients(static_cast<int>(i));
    const auto clients = pool.clients.find(asked.plan_zone());
    if (clients == pool.clients.end()) continue;
    clients->second->RecordFor(asked.partition(), asked.client(), now);
  }
}

}  // namespace

AgentService::AgentService(const Catalog& catalog, Enrollment& enrollment, AgentRegistry& registry,
                           PoolPlanners& planners, LeaderQueryObserver& leader_queries,
                           const RpcRunner& runner, absl::Duration stream_age)
    : catalog_(catalog),
      enrollment_(enrollment),
      registry_(registry),
      planners_(planners),
      leader_queries_(leader_queries),
      runner_(runner),
      stream_age_(stream_age) {}

absl::Status AgentService::Register(const v1::RegisterAgentRequest& request,
                                    v1::RegisterAgentResponse& response) {
  ASSIGN_OR_RETURN(const AgentSpec spec, FromProto(request));
  ASSIGN_OR_RETURN(const Registration registration,
                   enrollment_.Register(spec, request.agent_pool(), request.virtual_cluster()));
  const std::shared_ptr<const CatalogView> view = catalog_.View();
  ASSIGN_OR_RETURN(const std::shared_ptr<const VirtualCluster> cluster,
                   view->ClusterOfPool(registration.agent_pool_id));
  // Shows its counters from the start.
  planners_.Find(registration.agent_pool_id);
  response.set_agent_epoch(registration.epoch);
  response.set_broker_id(registration.broker_id);
  *response.mutable_heartbeat_interval() = ToProto(registry_.options().heartbeat_interval);
  *response.mutable_lease_duration() = ToProto(registry_.options().lease_duration());
  response.set_cluster_uid(catalog_.cluster_uid());
  response.set_virtual_cluster(FormatVirtualClusterName(cluster->id));
  response.set_virtual_cluster_uid(cluster->uid);
  response.set_agent_pool(FormatAgentPoolName(registration.agent_pool_id));
  Log(LogLevel::kInfo, "agent registered",
      {{"agent", FormatAgentName(registration.agent_pool_id, spec.agent_id)},
       {"epoch", registration.epoch},
       {"broker_id", registration.broker_id},
       {"address", FormatHostPort(spec.address)},
       {"zone", spec.zone}});
  return absl::OkStatus();
}

absl::Status AgentService::SendHeartbeat(const v1::HeartbeatRequest& request,
                                         v1::HeartbeatResponse& response) {
  const MonotonicTime arrived = registry_.clock().MonotonicNow();
  if (request.cluster_uid() != catalog_.cluster_uid()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kWrongCluster,
                     absl::StrCat("cluster_uid is \"", Excerpt(request.cluster_uid()),
                                  "\", but this control plane is ", catalog_.cluster_uid(),
                                  "; check -controlPlaneAddress and register here"),
                     {{"cluster_uid", catalog_.cluster_uid()}});
  }
  bellwether::Heartbeat heartbeat = FromProto(request);
  const std::string pool_id = heartbeat.agent.agent_pool_id;
  const std::shared_ptr<const CatalogView> view = catalog_.View();
  if (view->FindAgentPool(pool_id) != nullptr) {
    RETURN_IF_ERROR(view->ClusterOfPool(pool_id).status());
  }
  ASSIGN_OR_RETURN(const HeartbeatReply reply,
                   registry_.RecordHeartbeat(std::move(heartbeat), arrived));
  runner_.observer().RecordHeartbeat(std::max(reply.lateness, absl::ZeroDuration()));
  *response.mutable_next_heartbeat_after() = ToProto(reply.next_heartbeat_after);
  response.set_reregister(reply.reregister);
  response.set_drain(reply.drain);
  // A planner is kept for each pool asked for: only for agents that are known.
  if (!reply.reregister) {
    const std::shared_ptr<PoolPlanner> planner = planners_.Find(pool_id);
    const std::shared_ptr<const PoolSnapshot> latest = planner->Latest();
    response.set_view_version(latest->view->version);
    NoteClients(request, *latest, arrived);
    if (request.has_answers()) {
      const AnswerTally tally = FromProto(request.answers());
      leader_queries_.RecordAgentAnswers(tally);
      planner->queries().AddAnswered(tally.Total());
    }
  }
  return absl::OkStatus();
}

absl::Status AgentService::Announce(const v1::AnnounceDepartureRequest& request) {
  const AgentKey key{std::string(StripAgentPoolCollection(request.agent_pool())),
                     request.agent_id()};
  RETURN_IF_ERROR(enrollment_.AnnounceDeparture(key, request.agent_epoch(), request.restarting()));
  Log(LogLevel::kInfo, "agent leaving",
      {{"agent", FormatAgentName(key.agent_pool_id, key.agent_id)},
       {"epoch", request.agent_epoch()},
       {"restarting", request.restarting() ? "true" : "false"}});
  return absl::OkStatus();
}

absl::Status AgentService::Deregister(const v1::DeregisterAgentRequest& request) {
  const AgentKey key{std::string(StripAgentPoolCollection(request.agent_pool())),
                     request.agent_id()};
  if (request.restarting()) {
    RETURN_IF_ERROR(enrollment_.AnnounceRestart(key, request.agent_epoch()));
  } else {
    RETURN_IF_ERROR(enrollment_.Deregister(key, request.agent_epoch()));
  }
  Log(LogLevel::kInfo, request.restarting() ? "agent restarts" : "agent deregistered",
      {{"agent", FormatAgentName(key.agent_pool_id, key.agent_id)},
       {"epoch", request.agent_epoch()}});
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* AgentService::RegisterAgent(grpc::CallbackServerContext* context,
                                                      const v1::RegisterAgentRequest* request,
                                                      v1::RegisterAgentResponse* response) {
  return runner_.RunInQueue(context, RpcMethod::kRegisterAgent, *request,
                            [=, this] { return Register(*request, *response); });
}

grpc::ServerUnaryReactor* AgentService::Heartbeat(grpc::CallbackServerContext* context,
                                                  const v1::HeartbeatRequest* request,
                                                  v1::HeartbeatResponse* response) {
  return runner_.Run(context, RpcMethod::kHeartbeat, *request,
                     [=, this] { return SendHeartbeat(*request, *response); });
}

grpc::ServerBidiReactor<v1::HeartbeatRequest, v1::HeartbeatResponse>*
AgentService::StreamHeartbeats(grpc::CallbackServerContext* context) {
  return new HeartbeatStream(*this, *context);
}

grpc::ServerUnaryReactor* AgentService::AnnounceDeparture(
    grpc::CallbackServerContext* context, const v1::AnnounceDepartureRequest* request,
    v1::AnnounceDepartureResponse* /*response*/) {
  return runner_.RunInQueue(context, RpcMethod::kAnnounceDeparture, *request,
                            [=, this] { return Announce(*request); });
}

grpc::ServerUnaryReactor* AgentService::DeregisterAgent(grpc::CallbackServerContext* context,
                                                        const v1::DeregisterAgentRequest* request,
                                                        v1::DeregisterAgentResponse* /*response*/) {
  return runner_.RunInQueue(context, RpcMethod::kDeregisterAgent, *request,
                            [=, this] { return Deregister(*request); });
}

}  // namespace bellwether

#include "controlplane/service/discovery_service.h"

#include <cstdint>
#include <string>

#include "controlplane/base/status_macros.h"
#include "controlplane/service/explanation_proto.h"
#include "controlplane/service/pool_view_stream.h"
#include "controlplane/service/time_proto.h"

namespace bellwether {
namespace {

// Partitions and topics that are answered within about a tenth of a millisecond.
constexpr int64_t kLargeLeaderQuery = 2'000;

LeaderQuery FromProto(const v1::ResolveLeadersRequest& request) {
  LeaderQuery query;
  query.virtual_cluster = request.virtual_cluster();
  query.agent_id = request.agent_id();
  query.client_id = request.client_id();
  query.client_address = request.client_address();
  query.established = request.established();
  query.leaders_only = request.broker_list() == v1::ResolveLeadersRequest::BROKER_LIST_LEADERS;
  query.topics.reserve(request.topics_size());
  for (const v1::TopicPartitions& topic : request.topics()) {
    query.topics.push_back({topic.topic(), topic.partition_count()});
  }
  return query;
}

// Whether the heartbeats behind it would notice.
bool IsLarge(const v1::ResolveLeadersRequest& request) {
  int64_t partitions = request.topics_size();
  for (const v1::TopicPartitions& topic : request.topics()) partitions += topic.partition_count();
  return partitions > kLargeLeaderQuery;
}

void Fill(const LeaderAnswer& answer, v1::ResolveLeadersResponse& response) {
  const PoolView& view = *answer.view;
  for (const uint32_t position : answer.brokers) {
    const Registration& registration = view.agents[position]->registration;
    v1::Broker& broker = *response.add_brokers();
    broker.set_agent_id(registration.spec.agent_id);
    broker.set_broker_id(registration.broker_id);
    broker.set_host(answer.host_override.empty() ? registration.spec.address.host
                                                 : answer.host_override);
    broker.set_port(registration.spec.address.port);
    broker.set_zone(registration.spec.zone);
  }
  for (const LeaderAnswer::TopicLeaders& topic : answer.topics) {
    v1::TopicLeaders& leaders = *response.add_topics();
    leaders.set_topic(topic.topic);
    leaders.mutable_leader_broker_ids()->Reserve(static_cast<int>(topic.leaders.size()));
    for (const uint32_t position : topic.leaders) {
      leaders.add_leader_broker_ids(view.agents[position]->registration.broker_id);
    }
  }
  response.set_strategy(std::string(StrategyName(answer.strategy)));
  response.set_strategy_source(ToProto(answer.strategy_source));
  response.set_view_version(view.version);
  *response.mutable_max_age() = ToProto(answer.max_age);
  for (const Diagnostic& diagnostic : answer.diagnostics) {
    *response.add_diagnostics() = ToProto(diagnostic);
  }
  response.set_virtual_cluster_uid(answer.virtual_cluster_uid);
  if (answer.strategy == Strategy::kConsistentRandomJump) {
    response.set_plan_zone(answer.plan_zone);
  }
}

}  // namespace

DiscoveryService::DiscoveryService(const LeaderResolver& resolver, const LeaderExplainer& explainer,
                                   PoolFeeds& feeds, absl::Duration watch_patience,
                                   const RpcRunner& runner)
    : resolver_(resolver),
      explainer_(explainer),
      feeds_(feeds),
      watch_patience_(watch_patience),
      runner_(runner) {}

absl::Status DiscoveryService::Resolve(const v1::ResolveLeadersRequest& request,
                                       v1::ResolveLeadersResponse& response) const {
  ASSIGN_OR_RETURN(const LeaderAnswer answer, resolver_.Resolve(FromProto(request)));
  Fill(answer, response);
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* DiscoveryService::ResolveLeaders(grpc::CallbackServerContext* context,
                                                           const v1::ResolveLeadersRequest* request,
                                                           v1::ResolveLeadersResponse* response) {
  const auto work = [=, this] { return Resolve(*request, *response); };
  return IsLarge(*request) ? runner_.RunInQueue(context, RpcMethod::kResolveLeaders, *request, work)
                           : runner_.Run(context, RpcMethod::kResolveLeaders, *request, work);
}

grpc::ServerUnaryReactor* DiscoveryService::ExplainLeader(grpc::CallbackServerContext* context,
                                                          const v1::ExplainLeaderRequest* request,
                                                          v1::ExplainLeaderResponse* response) {
  return runner_.RunInQueue(context, RpcMethod::kExplainLeader, *request,
                            [=, this] { return Explain(explainer_, *request, *response); });
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* DiscoveryService::WatchPool(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  return PoolViewStream::Start(feeds_, watch_patience_, runner_, *context, *request);
}

}  // namespace bellwether

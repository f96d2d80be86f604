// The floor: a bare gRPC server that answers the messages of our API from memory. It decides
// nothing, checks nothing and counts nothing, so nothing built on gRPC can be faster.

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <signal.h>
#include <stdio.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/str_cat.h"
#include "bellwether/v1/agent.grpc.pb.h"
#include "bellwether/v1/discovery.grpc.pb.h"
#include "controlplane/base/stable_hash.h"

ABSL_FLAG(int, agents, 1000, "how many agents the leaders of an answer are taken from");

namespace bellwether {
namespace {

// As much as we say of so many partitions.
v1::ResolveLeadersResponse MakeAnswer(int partitions, int agents) {
  v1::ResolveLeadersResponse answer;
  v1::TopicLeaders& leaders = *answer.add_topics();
  leaders.set_topic("clicks");
  std::set<int> named;
  for (int i = 0; i < partitions; ++i) {
    const int broker_id = static_cast<int>(Mix64(i) % static_cast<uint64_t>(agents));
    leaders.add_leader_broker_ids(broker_id);
    named.insert(broker_id);
  }
  for (const int broker_id : named) {
    v1::Broker& broker = *answer.add_brokers();
    broker.set_agent_id(absl::StrCat("agent-", broker_id));
    broker.set_broker_id(broker_id);
    broker.set_host(absl::StrCat("agent-", broker_id, ".example"));
    broker.set_port(9092);
    broker.set_zone("zone-a");
  }
  answer.set_strategy("consistent_random_jump");
  answer.set_strategy_source(v1::ResolveLeadersResponse::STRATEGY_SOURCE_SYSTEM);
  answer.set_view_version(int64_t{1} << 33);
  answer.mutable_max_age()->set_seconds(10);
  answer.set_virtual_cluster_uid("vci_aaaaaaaaaaaaaaaaaaaaaaaaaa");
  return answer;
}

void FillHeartbeat(v1::HeartbeatResponse& response) {
  response.mutable_next_heartbeat_after()->set_seconds(3);
  response.set_view_version(int64_t{1} << 33);
}

class FloorStream final
    : public grpc::ServerBidiReactor<v1::HeartbeatRequest, v1::HeartbeatResponse> {
 public:
  FloorStream() { StartRead(&request_); }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    response_.Clear();
    FillHeartbeat(response_);
    StartWrite(&response_);
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    StartRead(&request_);
  }
  void OnDone() override { delete this; }

 private:
  v1::HeartbeatRequest request_;
  v1::HeartbeatResponse response_;
};

class FloorAgentService final : public v1::AgentService::CallbackService {
 public:
  grpc::ServerUnaryReactor* Heartbeat(grpc::CallbackServerContext* context,
                                      const v1::HeartbeatRequest* /*request*/,
                                      v1::HeartbeatResponse* response) override {
    FillHeartbeat(*response);
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  grpc::ServerBidiReactor<v1::HeartbeatRequest, v1::HeartbeatResponse>* StreamHeartbeats(
      grpc::CallbackServerContext* /*context*/) override {
    return new FloorStream;
  }
};

class FloorDiscoveryService final : public v1::DiscoveryService::CallbackService {
 public:
  explicit FloorDiscoveryService(int agents) {
    for (const int partitions : {16, 1000}) answers_[partitions] = MakeAnswer(partitions, agents);
  }

  grpc::ServerUnaryReactor* ResolveLeaders(grpc::CallbackServerContext* context,
                                           const v1::ResolveLeadersRequest* request,
                                           v1::ResolveLeadersResponse* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    const auto answer = request->topics_size() == 1
                            ? answers_.find(request->topics(0).partition_count())
                            : answers_.end();
    if (answer == answers_.end()) {
      reactor->Finish({grpc::StatusCode::INVALID_ARGUMENT, "one topic of 16 or 1000 partitions"});
    } else {
      *response = answer->second;
      reactor->Finish(grpc::Status::OK);
    }
    return reactor;
  }

 private:
  std::map<int, v1::ResolveLeadersResponse> answers_;
};

int Serve() {
  FloorAgentService agents;
  FloorDiscoveryService discovery(absl::GetFlag(FLAGS_agents));
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&agents);
  builder.RegisterService(&discovery);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  printf("the floor is ready port=%d\n", port);
  fflush(stdout);
  server->Wait();
  return 0;
}

}  // namespace
}  // namespace bellwether

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return bellwether::Serve();
}

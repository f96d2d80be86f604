#include "tests/benchmark/calls.h"

#include <grpcpp/create_channel.h>
#include <stdio.h>
#include <stdlib.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "bellwether/v1/agent.grpc.pb.h"
#include "bellwether/v1/discovery.grpc.pb.h"
#include "bellwether/v1/virtual_cluster.grpc.pb.h"
#include "tests/benchmark/rpc_slots.h"

namespace bellwether {
namespace {

void DieUnlessOk(const grpc::Status& status, const std::string& what) {
  if (status.ok()) return;
  fprintf(stderr, "%s failed: %d: %s\n", what.c_str(), status.error_code(),
          status.error_message().c_str());
  exit(1);
}

v1::HeartbeatRequest MakeHeartbeat(const BenchmarkAgent& agent) {
  v1::HeartbeatRequest request;
  request.set_agent_id(absl::StrCat("agent-", agent.number));
  request.set_agent_pool(agent.agent_pool);
  request.set_agent_epoch(agent.epoch);
  request.set_cluster_uid(agent.cluster_uid);
  v1::AgentLoad& load = *request.mutable_load();
  load.set_cpu_utilization(0.4);
  load.set_network_utilization(0.3);
  load.set_connections(1'200);
  load.set_connection_limit(10'000);
  load.set_bytes_in_per_second(5e7);
  load.set_bytes_out_per_second(1e8);
  load.set_in_flight_requests(40);
  for (int i = 0; i < 10; ++i) {
    v1::PartitionRate& rate = *request.add_partition_rates();
    rate.set_topic("clicks");
    rate.set_partition(agent.number * 10 + i);
    rate.set_bytes_in_per_second(1e6);
    rate.set_bytes_out_per_second(2e6);
  }
  return request;
}

// Sequences rise over all runs of a process, since the server forgets none.
void PrepareHeartbeat(v1::HeartbeatRequest& request) {
  static std::atomic<int64_t> sequence{0};
  request.set_sequence(sequence.fetch_add(1, std::memory_order_relaxed) + 1);
}

// Makes `count` unary calls, many at a time, so that they share the syncs of the disk. `send`
// starts the call of that number, whose end it has to pass on. Ends the process if one fails.
void CallAll(int count, const std::string& what,
             const std::function<void(int, std::function<void(grpc::Status)>)>& send) {
  constexpr int kAtOnce = 256;
  absl::Mutex mutex;
  for (int first = 0; first < count; first += kAtOnce) {
    int open = std::min(kAtOnce, count - first);
    for (int i = first; i < std::min(count, first + kAtOnce); ++i) {
      send(i, [&](const grpc::Status& status) {
        DieUnlessOk(status, what);
        absl::MutexLock lock(&mutex);
        --open;
      });
    }
    absl::MutexLock lock(&mutex);
    mutex.Await(absl::Condition(
        +[](int* left) { return *left == 0; }, &open));
  }
}

template <typename Request>
void SendAsItIs(Request&) {}

}  // namespace

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

std::unique_ptr<LoadSlot> ResolveLeadersSlot(const std::shared_ptr<grpc::Channel>& channel,
                                             const std::string& virtual_cluster, int partitions,
                                             ListedBrokersOf listed, int number) {
  v1::ResolveLeadersRequest request;
  if (listed == ListedBrokersOf::kLeaders) {
    request.set_broker_list(v1::ResolveLeadersRequest::BROKER_LIST_LEADERS);
  }
  request.set_virtual_cluster(virtual_cluster);
  request.set_agent_id("agent-0");
  request.set_client_id(absl::StrCat("billing-", number));
  request.set_client_address("10.0.0.1:40000");
  v1::TopicPartitions& topic = *request.add_topics();
  topic.set_topic("clicks");
  topic.set_partition_count(partitions);
  const std::shared_ptr<v1::DiscoveryService::Stub> stub = v1::DiscoveryService::NewStub(channel);
  using Slot = UnarySlot<v1::ResolveLeadersRequest, v1::ResolveLeadersResponse>;
  return std::make_unique<Slot>(
      [stub](auto* context, auto* question, auto* answer, auto done) {
        stub->async()->ResolveLeaders(context, question, answer, std::move(done));
      },
      std::move(request), &SendAsItIs<v1::ResolveLeadersRequest>);
}

std::unique_ptr<LoadSlot> HeartbeatSlot(const std::shared_ptr<grpc::Channel>& channel,
                                        const BenchmarkAgent& agent) {
  const std::shared_ptr<v1::AgentService::Stub> stub = v1::AgentService::NewStub(channel);
  using Slot = UnarySlot<v1::HeartbeatRequest, v1::HeartbeatResponse>;
  return std::make_unique<Slot>(
      [stub](auto* context, auto* request, auto* response, auto done) {
        stub->async()->Heartbeat(context, request, response, std::move(done));
      },
      MakeHeartbeat(agent), &PrepareHeartbeat);
}

std::unique_ptr<LoadSlot> HeartbeatStreamSlot(const std::shared_ptr<grpc::Channel>& channel,
                                              const BenchmarkAgent& agent) {
  const std::unique_ptr<v1::AgentService::Stub> stub = v1::AgentService::NewStub(channel);
  using Slot = StreamSlot<v1::HeartbeatRequest, v1::HeartbeatResponse>;
  return std::make_unique<Slot>(
      [&stub](auto* context, auto* reactor) { stub->async()->StreamHeartbeats(context, reactor); },
      MakeHeartbeat(agent), &PrepareHeartbeat);
}

std::unique_ptr<LoadSlot> CreateVirtualClusterSlot(const std::shared_ptr<grpc::Channel>& channel,
                                                   const std::string& prefix, int number,
                                                   int step) {
  const std::shared_ptr<v1::VirtualClusterService::Stub> stub =
      v1::VirtualClusterService::NewStub(channel);
  using Slot = UnarySlot<v1::CreateVirtualClusterRequest, v1::VirtualCluster>;
  return std::make_unique<Slot>(
      [stub](auto* context, auto* request, auto* response, auto done) {
        stub->async()->CreateVirtualCluster(context, request, response, std::move(done));
      },
      v1::CreateVirtualClusterRequest(),
      [prefix, step, next = number](v1::CreateVirtualClusterRequest& request) mutable {
        request.set_virtual_cluster_id(absl::StrCat(prefix, next));
        next += step;
      });
}

std::vector<BenchmarkAgent> RegisterAgents(const std::string& address,
                                           const std::string& agent_pool, int count) {
  const auto stub = v1::AgentService::NewStub(Connect(address));
  std::vector<BenchmarkAgent> agents(static_cast<size_t>(count));
  struct Joining {
    grpc::ClientContext registering;
    v1::RegisterAgentRequest registration;
    v1::RegisterAgentResponse registered;
    grpc::ClientContext beating;
    v1::HeartbeatRequest heartbeat;
    v1::HeartbeatResponse reply;
  };
  std::vector<Joining> all(static_cast<size_t>(count));
  CallAll(count, "registering an agent", [&](int i, auto done) {
    Joining& joining = all[static_cast<size_t>(i)];
    joining.registration.set_agent_id(absl::StrCat("agent-", i));
    joining.registration.set_boot_id("boot");
    joining.registration.set_agent_pool(agent_pool);
    joining.registration.set_address(absl::StrCat("agent-", i, ".example:9092"));
    joining.registration.set_zone("zone-a");
    stub->async()->RegisterAgent(&joining.registering, &joining.registration, &joining.registered,
                                 std::move(done));
  });
  CallAll(count, "a first heartbeat", [&](int i, auto done) {
    Joining& joining = all[static_cast<size_t>(i)];
    BenchmarkAgent& agent = agents[static_cast<size_t>(i)];
    agent = {joining.registered.agent_pool(), joining.registered.cluster_uid(),
             joining.registered.agent_epoch(), i};
    joining.heartbeat = MakeHeartbeat(agent);
    PrepareHeartbeat(joining.heartbeat);
    stub->async()->Heartbeat(&joining.beating, &joining.heartbeat, &joining.reply, std::move(done));
  });
  return agents;
}

std::unique_ptr<Connected> ConnectAgent(const std::string& address, const BenchmarkAgent& agent) {
  const std::unique_ptr<v1::AgentService::Stub> stub = v1::AgentService::NewStub(Connect(address));
  v1::HeartbeatRequest request = MakeHeartbeat(agent);
  PrepareHeartbeat(request);
  using Stream = OpenStream<v1::HeartbeatRequest, v1::HeartbeatResponse>;
  return std::make_unique<Stream>(
      [&stub](auto* context, auto* reactor) { stub->async()->StreamHeartbeats(context, reactor); },
      std::move(request));
}

}  // namespace bellwether

// Measures a control plane that gets more queries than it can answer, and one to which 10 000
// agents return at once. Prints figures; the client shares the machine with the server.

#include <grpc/support/time.h>
#include <grpcpp/create_channel.h>
#include <signal.h>
#include <stdio.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bellwether/v1/agent.grpc.pb.h"
#include "bellwether/v1/discovery.grpc.pb.h"
#include "bellwether/v1/virtual_cluster.grpc.pb.h"
#include "tests/support/control_plane_process.h"
#include "tests/support/process.h"
#include "tests/support/process_usage.h"

namespace bellwether {
namespace {

constexpr int kAgents = 10'000;
// The number of agents in the queried pool; the others are in another pool.
constexpr int kAskedAgents = 200;
// Several agents share a connection, so that the limit on open files does not matter.
constexpr int kConnections = 100;
constexpr int kPartitions = 20'000;
constexpr absl::Duration kPatience = absl::Seconds(1);
constexpr absl::Duration kRound = absl::Seconds(5);

std::vector<std::shared_ptr<grpc::Channel>> Connect(const std::string& address, int connections) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < connections; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
    channels.push_back(
        grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
  }
  return channels;
}

void SetTimeout(grpc::ClientContext& context, absl::Duration timeout) {
  context.set_deadline(
      gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                   gpr_time_from_millis(absl::ToInt64Milliseconds(timeout), GPR_TIMESPAN)));
}

// Resident memory of a process, in MB.
int64_t ResidentMb(int pid) {
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  std::string word;
  int64_t kilobytes = 0;
  while (status >> word) {
    if (word == "VmRSS:") status >> kilobytes;
  }
  return kilobytes / 1024;
}

// How calls came out.
struct Outcomes {
  std::atomic<int> answered = 0;
  std::atomic<int> refused = 0;
  std::atomic<int> late = 0;
  std::atomic<int> failed = 0;
  std::atomic<int> under_way = 0;

  void Note(const grpc::Status& status) {
    switch (status.error_code()) {
      case grpc::StatusCode::OK:
        ++answered;
        break;
      case grpc::StatusCode::RESOURCE_EXHAUSTED:
        ++refused;
        break;
      case grpc::StatusCode::DEADLINE_EXCEEDED:
        ++late;
        break;
      default:
        ++failed;
    }
    --under_way;
  }
  void WaitForAll() const {
    while (under_way > 0) absl::SleepFor(absl::Milliseconds(1));
  }
};

// Sends a call of the callback API, whose context and messages live until its end.
template <typename Request, typename Response, typename Start>
void Send(const Request& request, absl::Duration timeout, Outcomes& outcomes, const Start& start) {
  struct Call {
    grpc::ClientContext context;
    Request request;
    Response response;
  };
  auto call = std::make_shared<Call>();
  call->request = request;
  SetTimeout(call->context, timeout);
  ++outcomes.under_way;
  start(&call->context, &call->request, &call->response,
        [call, &outcomes](const grpc::Status& status) { outcomes.Note(status); });
}

class Overload {
 public:
  Overload() : plane_({"--heartbeat_interval=10s", "--slow_start=0s"}) {}

  void Run() {
    channels_ = Connect(plane_.agent_address(), kConnections);
    Register();
    SendHeartbeat("first heartbeats");
    const double capacity = MeasureCapacity();
    for (const double times : {1.0, 2.0, 5.0, 1.0}) AskTooMuch(times, capacity);
    plane_.Stop(SIGKILL);
    plane_.Start();
    SendHeartbeat("reconnect storm after SIGKILL and a restart");
  }

 private:
  // All agents join, as they do at a cold start: a durable change for each.
  void Register() {
    registrations_.resize(kAgents);
    v1::CreateVirtualClusterRequest storm;
    storm.set_virtual_cluster_id("storm");
    grpc::ClientContext admin;
    v1::VirtualCluster cluster;
    const grpc::Status created =
        v1::VirtualClusterService::NewStub(Connect(plane_.admin_address(), 1)[0])
            ->CreateVirtualCluster(&admin, storm, &cluster);
    if (!created.ok()) printf("no virtual cluster: %s\n", created.error_message().c_str());
    const absl::Time start = absl::Now();
    std::vector<std::thread> threads;
    for (int t = 0; t < kConnections; ++t) {
      threads.emplace_back([this, t] {
        const auto stub = v1::AgentService::NewStub(channels_[t]);
        for (int i = t; i < kAgents; i += kConnections) {
          v1::RegisterAgentRequest request;
          request.set_agent_id(absl::StrCat("agent-", i));
          request.set_boot_id("boot-1");
          if (i >= kAskedAgents) request.set_agent_pool("apn_storm");
          request.set_address(absl::StrCat("agent-", i, ".example:9092"));
          grpc::ClientContext context;
          const grpc::Status status = stub->RegisterAgent(&context, request, &registrations_[i]);
          if (!status.ok()) printf("registration failed: %s\n", status.error_message().c_str());
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    printf("cold start: %d agents registered in %.1f s, server %ld MB\n", kAgents,
           absl::ToDoubleSeconds(absl::Now() - start), ResidentMb(plane_.process().pid()));
  }

  v1::HeartbeatRequest HeartbeatOf(int agent) {
    v1::HeartbeatRequest request;
    request.set_agent_id(absl::StrCat("agent-", agent));
    request.set_agent_pool(registrations_[agent].agent_pool());
    request.set_agent_epoch(registrations_[agent].agent_epoch());
    request.set_cluster_uid(registrations_[agent].cluster_uid());
    request.set_sequence(++sequence_);
    return request;
  }

  void Ask(v1::DiscoveryService::Stub& stub, Outcomes& outcomes) {
    v1::ResolveLeadersRequest request;
    request.set_virtual_cluster("vcn_default");
    request.add_topics()->set_topic("t");
    request.mutable_topics(0)->set_partition_count(kPartitions);
    Send<v1::ResolveLeadersRequest, v1::ResolveLeadersResponse>(
        request, kPatience, outcomes, [&stub](auto* context, auto* asked, auto* answer, auto done) {
          stub.async()->ResolveLeaders(context, asked, answer, std::move(done));
        });
  }

  // Answers in a second while as many calls are under way as keep the server busy and no more.
  double MeasureCapacity() {
    const auto stub = v1::DiscoveryService::NewStub(channels_[0]);
    Outcomes outcomes;
    const double cpu = CpuSeconds(plane_.process().pid());
    const absl::Time start = absl::Now();
    while (absl::Now() < start + kRound) {
      while (outcomes.under_way < 4) Ask(*stub, outcomes);
      absl::SleepFor(absl::Microseconds(100));
    }
    const double capacity = outcomes.answered / absl::ToDoubleSeconds(absl::Now() - start);
    outcomes.WaitForAll();
    cpu_per_answer_ = (CpuSeconds(plane_.process().pid()) - cpu) / outcomes.answered;
    printf(
        "capacity: %.1f leader queries of %d partitions in a second, %.0f us of CPU each; late %d, "
        "failed %d\n",
        capacity, kPartitions, 1e6 * cpu_per_answer_, outcomes.late.load(), outcomes.failed.load());
    return capacity;
  }

  // Sends `times` the capacity, whether it is answered or not, and at the same time single
  // heartbeats.
  void AskTooMuch(double times, double capacity) {
    std::vector<std::unique_ptr<v1::DiscoveryService::Stub>> stubs;
    for (int i = 1; i < 9; ++i) stubs.push_back(v1::DiscoveryService::NewStub(channels_[i]));
    Outcomes outcomes;
    std::atomic<bool> done = false;
    std::vector<absl::Duration> heartbeats;
    int64_t most_mb = 0;
    std::thread beating([&] {
      const auto stub = v1::AgentService::NewStub(channels_[0]);
      while (!done) {
        const absl::Time start = absl::Now();
        grpc::ClientContext context;
        v1::HeartbeatResponse response;
        if (!stub->Heartbeat(&context, HeartbeatOf(0), &response).ok()) printf("no heartbeat!\n");
        heartbeats.push_back(absl::Now() - start);
        most_mb = std::max(most_mb, ResidentMb(plane_.process().pid()));
        absl::SleepFor(absl::Milliseconds(10));
      }
    });
    const double cpu = CpuSeconds(plane_.process().pid());
    const absl::Time start = absl::Now();
    int64_t sent = 0;
    while (absl::Now() < start + kRound) {
      const double due = absl::ToDoubleSeconds(absl::Now() - start) * times * capacity;
      for (; sent < static_cast<int64_t>(due); ++sent) Ask(*stubs[sent % stubs.size()], outcomes);
      absl::SleepFor(absl::Microseconds(200));
    }
    const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
    const int answered = outcomes.answered;
    done = true;
    beating.join();
    outcomes.WaitForAll();
    const double cpu_used = CpuSeconds(plane_.process().pid()) - cpu;
    const double cpu_for_answers = (outcomes.answered + outcomes.late) * cpu_per_answer_;
    const double cpu_for_refusals = cpu_used - cpu_for_answers;
    std::sort(heartbeats.begin(), heartbeats.end());
    printf(
        "%.0fx: goodput %.0f/s (%.2f of capacity), refused %d, late %d, failed %d; heartbeat p50 "
        "%.1f ms, p99 %.1f ms; server at most %ld MB\n",
        times, answered / seconds, answered / seconds / capacity, outcomes.refused.load(),
        outcomes.late.load(), outcomes.failed.load(),
        absl::ToDoubleMilliseconds(heartbeats[heartbeats.size() / 2]),
        absl::ToDoubleMilliseconds(heartbeats[heartbeats.size() * 99 / 100]), most_mb);
    // The load generator takes processor time from the server, which this figure leaves out.
    printf("    answers for each second of the server's CPU: %.2f of those at capacity\n",
           cpu_for_answers / cpu_used);
    // Of a few the figure would be noise.
    if (outcomes.refused > 1'000) {
      // The heartbeats are in it, and whatever an answer costs more while others are refused.
      printf("    a refusal took %.0f us of CPU, %.3f of an answer\n",
             1e6 * cpu_for_refusals / outcomes.refused,
             cpu_for_refusals / outcomes.refused / cpu_per_answer_);
    }
    fflush(stdout);
  }

  // Every agent sends its heartbeat at once, and again until it is served.
  void SendHeartbeat(const char* what) {
    const absl::Time start = absl::Now();
    std::vector<char> served(kAgents, 0);
    int left = kAgents;
    int rounds = 0;
    for (; left > 0; ++rounds) {
      Outcomes outcomes;
      for (int i = 0; i < kAgents; ++i) {
        if (served[i]) continue;
        Send<v1::HeartbeatRequest, v1::HeartbeatResponse>(
            HeartbeatOf(i), absl::Seconds(5), outcomes,
            [&](auto* context, auto* request, auto* response, auto done) {
              v1::AgentService::NewStub(channels_[i % kConnections])
                  ->async()
                  ->Heartbeat(context, request, response,
                              [response, i, &served, done](const grpc::Status& status) {
                                served[i] = status.ok() && !response->reregister();
                                done(status);
                              });
            });
      }
      outcomes.WaitForAll();
      left = static_cast<int>(std::count(served.begin(), served.end(), 0));
    }
    printf("%s: %d agents over %d connections served in %.2f s, %d rounds, server %ld MB\n", what,
           kAgents, kConnections, absl::ToDoubleSeconds(absl::Now() - start), rounds,
           ResidentMb(plane_.process().pid()));
  }

  ControlPlaneProcess plane_;
  // In seconds; known once the capacity is.
  double cpu_per_answer_ = 0;
  std::vector<std::shared_ptr<grpc::Channel>> channels_;
  std::vector<v1::RegisterAgentResponse> registrations_;
  std::atomic<int64_t> sequence_ = 0;
};

}  // namespace
}  // namespace bellwether

int main() { bellwether::Overload().Run(); }

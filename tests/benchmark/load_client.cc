// Keeps a running server busy with one kind of call and prints how it fares.

#include <stdio.h>

#include <string>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "tests/benchmark/calls.h"
#include "tests/benchmark/load.h"

ABSL_FLAG(std::string, address, "127.0.0.1:7420", "agent address of the server");
ABSL_FLAG(std::string, call, "resolve_leaders", "resolve_leaders, heartbeat or stream_heartbeats");
ABSL_FLAG(std::string, virtual_cluster, "vcn_default", "whose leaders are asked for");
ABSL_FLAG(std::string, agent_pool, "apn_default", "where the agents that beat register");
ABSL_FLAG(int, partitions, 16, "how many partitions a query asks for");
ABSL_FLAG(int, agents, 0, "registers so many agents first; heartbeats need one for each call");
ABSL_FLAG(int, connections, 4, "connections");
ABSL_FLAG(int, in_flight, 8, "calls or streams under way on each connection");
ABSL_FLAG(double, seconds, 5, "how long to measure, after a fifth of it to warm up");
ABSL_FLAG(int, server_pid, 0, "process whose CPU time and memory are read, if it runs here");

namespace bellwether {
namespace {

int Run() {
  const std::string call = absl::GetFlag(FLAGS_call);
  const int connections = absl::GetFlag(FLAGS_connections);
  const int in_flight = absl::GetFlag(FLAGS_in_flight);
  const std::vector<BenchmarkAgent> agents = RegisterAgents(
      absl::GetFlag(FLAGS_address), absl::GetFlag(FLAGS_agent_pool), absl::GetFlag(FLAGS_agents));
  if (call != "resolve_leaders" && agents.size() < static_cast<size_t>(connections) * in_flight) {
    fprintf(stderr, "give --agents=%d or more: each call is an agent's own\n",
            connections * in_flight);
    return 1;
  }
  LoadSlots slots;
  for (int i = 0; i < connections; ++i) {
    const auto channel = Connect(absl::GetFlag(FLAGS_address));
    for (int j = 0; j < in_flight; ++j) {
      const int number = i * in_flight + j;
      if (call == "resolve_leaders") {
        slots.push_back(ResolveLeadersSlot(channel, absl::GetFlag(FLAGS_virtual_cluster),
                                           absl::GetFlag(FLAGS_partitions),
                                           ListedBrokersOf::kLeaders, number));
      } else if (call == "heartbeat") {
        slots.push_back(HeartbeatSlot(channel, agents[static_cast<size_t>(number)]));
      } else if (call == "stream_heartbeats") {
        slots.push_back(HeartbeatStreamSlot(channel, agents[static_cast<size_t>(number)]));
      } else {
        fprintf(stderr, "no such call: %s\n", call.c_str());
        return 1;
      }
    }
  }
  const absl::Duration duration = absl::Seconds(absl::GetFlag(FLAGS_seconds));
  const LoadResult result =
      LoadRun::Run(slots, duration / 5, duration, absl::GetFlag(FLAGS_server_pid));
  printf("%.0f ops/s, p50 %.0f us, p99 %.0f us", result.operations_per_second,
         absl::ToDoubleMicroseconds(result.p50), absl::ToDoubleMicroseconds(result.p99));
  if (absl::GetFlag(FLAGS_server_pid) != 0) {
    printf(", server CPU %.1f us/op, server RSS %.1f MB", result.server_cpu_us,
           static_cast<double>(result.server_resident_bytes) / 1e6);
  }
  printf("\n");
  if (result.errors > 0) {
    fprintf(stderr, "%lld calls failed, the first with %s\n", static_cast<long long>(result.errors),
            result.error.c_str());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace bellwether

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return bellwether::Run();
}

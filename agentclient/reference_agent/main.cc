#include <malloc.h>
#include <signal.h>

#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "agentclient/reference_agent/agent_options.h"
#include "agentclient/reference_agent/program.h"
#include "agentclient/reference_agent/reference_agent.h"
#include "agentclient/reference_agent/shutdown_request.h"
#include "controlplane/base/build_commit.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/command_line.h"
#include "controlplane/base/grpc_log.h"
#include "controlplane/base/limited_log.h"
#include "controlplane/base/log.h"
#include "controlplane/base/periodic_task.h"
#include "controlplane/base/random.h"

ABSL_FLAG(std::string, agentPoolName, "",
          "pool to join, such as apn_orders; empty means apn_default");
ABSL_FLAG(
    std::string, defaultVirtualClusterID, "",
    "virtual cluster to work for: id, name or uid; empty means the one that the pool is bound "
    "to");
ABSL_FLAG(std::string, defaultPartitionAssignmentStrategy, "",
          "strategy for clients of this agent that name none: consistent_random_jump or "
          "single_agent; empty leaves it to the virtual cluster");
ABSL_FLAG(std::string, availabilityZone, "", "availability zone that the agent runs in");
ABSL_FLAG(std::string, agentGroup, "", "group of the agent within its pool");
ABSL_FLAG(std::string, roles, "",
          "traffic to take: proxy-produce, proxy-consume, or both with a comma; empty means both");
ABSL_FLAG(int32_t, weight, bellwether::AgentOptions().weight,
          "size relative to the other agents of the pool, 1 to 64");
ABSL_FLAG(std::string, controlPlaneAddress, bellwether::AgentOptions().control_plane_address,
          "host:port of the control plane's agent address");
ABSL_FLAG(
    std::string, agentKey, "",
    "key of the agent, as CreateAgentKey showed it; who sees the machine's processes sees it");
ABSL_FLAG(std::string, agentKeyPath, "",
          "file with the key instead; it may be replaced while the agent runs");
ABSL_FLAG(std::string, tlsCA, "",
          "PEM file of the authorities that the control plane's certificate comes from; turns TLS "
          "on");
ABSL_FLAG(std::string, tlsCert, "",
          "PEM file of the agent's certificate chain, for a control plane that wants to see one");
ABSL_FLAG(std::string, tlsKey, "", "PEM file of that certificate's private key");
ABSL_FLAG(
    std::string, kafkaAddress, bellwether::AgentOptions().kafka_address,
    "host:port to listen on for Kafka clients; port 0 picks a free one, and the log says which");
ABSL_FLAG(std::string, advertisedAddress, "",
          "host or host:port where Kafka clients reach this agent; empty means -kafkaAddress");
ABSL_FLAG(std::string, metricsAddress, "",
          "host:port to serve metrics for Prometheus on; empty serves none");
ABSL_FLAG(std::string, agentID, "",
          "stable identity of the agent, unique in its pool; empty means one that is made once and "
          "kept under -stateDir");
ABSL_FLAG(std::string, stateDir, bellwether::AgentOptions().state_dir,
          "directory that keeps the agent's identity if -agentID is not given");
ABSL_FLAG(std::string, topics, "",
          "topics to offer and their numbers of partitions, such as orders:12,clicks:64; the same "
          "for all agents of a pool");
ABSL_FLAG(int32_t, connectionLimit, bellwether::AgentOptions().connection_limit,
          "most connections of Kafka clients");
ABSL_FLAG(int64_t, clientMemoryBytes, bellwether::AgentOptions().client_memory_bytes,
          "memory for the requests and responses of all Kafka clients together, in bytes; at least "
          "16777216");
ABSL_FLAG(int64_t, networkBytesPerSecond, 0,
          "what the network can carry in each direction, for the load report; 0 means unknown");
ABSL_FLAG(absl::Duration, drainPeriod, bellwether::AgentOptions().drain_period,
          "on SIGTERM or SIGINT, how long at most to serve clients that have not moved to other "
          "agents; without requests for 5s the agent ends earlier");
ABSL_FLAG(bool, announceRestart, bellwether::AgentOptions().announce_restart,
          "on SIGTERM or SIGINT, tell the control plane that this agent will be back under its id: "
          "its partitions are kept for it for two minutes");
ABSL_FLAG(std::string, logLevel, "info",
          "minimum level that is logged: debug, info, warning or error");
ABSL_FLAG(std::string, logFormat, "text",
          "format of the log: text (key=value) or json (one object per line)");

namespace bellwether {
namespace {

AgentOptions OptionsFromFlags() {
  AgentOptions options;
  options.agent_pool_name = absl::GetFlag(FLAGS_agentPoolName);
  options.default_virtual_cluster_id = absl::GetFlag(FLAGS_defaultVirtualClusterID);
  options.default_partition_assignment_strategy =
      absl::GetFlag(FLAGS_defaultPartitionAssignmentStrategy);
  options.availability_zone = absl::GetFlag(FLAGS_availabilityZone);
  options.agent_group = absl::GetFlag(FLAGS_agentGroup);
  options.roles = absl::StrSplit(absl::GetFlag(FLAGS_roles), ',', absl::SkipWhitespace());
  options.weight = absl::GetFlag(FLAGS_weight);
  options.control_plane_address = absl::GetFlag(FLAGS_controlPlaneAddress);
  options.tls = {absl::GetFlag(FLAGS_tlsCert), absl::GetFlag(FLAGS_tlsKey),
                 absl::GetFlag(FLAGS_tlsCA)};
  options.agent_key = absl::GetFlag(FLAGS_agentKey);
  options.agent_key_path = absl::GetFlag(FLAGS_agentKeyPath);
  options.kafka_address = absl::GetFlag(FLAGS_kafkaAddress);
  options.advertised_address = absl::GetFlag(FLAGS_advertisedAddress);
  options.metrics_address = absl::GetFlag(FLAGS_metricsAddress);
  options.agent_id = absl::GetFlag(FLAGS_agentID);
  options.state_dir = absl::GetFlag(FLAGS_stateDir);
  options.topics = absl::GetFlag(FLAGS_topics);
  options.connection_limit = absl::GetFlag(FLAGS_connectionLimit);
  options.client_memory_bytes = absl::GetFlag(FLAGS_clientMemoryBytes);
  options.network_bytes_per_second = absl::GetFlag(FLAGS_networkBytesPerSecond);
  options.drain_period = absl::GetFlag(FLAGS_drainPeriod);
  options.announce_restart = absl::GetFlag(FLAGS_announceRestart);
  options.commit = BuildCommit();
  return options;
}

// Applies -logLevel and -logFormat to the log and to gRPC's log.
absl::Status SetUpLog() {
  const std::string level = absl::GetFlag(FLAGS_logLevel);
  const std::string format = absl::GetFlag(FLAGS_logFormat);
  if (!FindLogLevel(level).has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat("-logLevel is ", level, "; give debug, info, warning or error"));
  }
  if (!FindLogFormat(format).has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat("-logFormat is ", format, "; give text or json"));
  }
  SetLogLevel(*FindLogLevel(level));
  SetLogFormat(*FindLogFormat(format));
  RouteGrpcLog();
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  const absl::StatusOr<CommandLine> line =
      ParseCommandLine(argc, argv, DescribeReferenceAgent(BuildCommit()));
  if (!line.ok()) {
    Log(LogLevel::kError, "the agent cannot start", {{"error", line.status().message()}});
    return 1;
  }
  if (!line->answer.empty()) {
    std::cout << line->answer;
    return 0;
  }
  const absl::Status logging = SetUpLog();
  if (!logging.ok()) {
    Log(LogLevel::kError, "the agent cannot start", {{"error", logging.message()}});
    return 1;
  }
  // Returns the memory of large requests and answers to the system at once; else part of it would
  // stay with the process in addition to -clientMemoryBytes.
  mallopt(M_MMAP_THRESHOLD, 128 << 10);
  // The end of a client or a log reader must not end this process.
  signal(SIGPIPE, SIG_IGN);
  ShutdownRequest shutdown;
  // After it, which blocks the signals for all threads that follow.
  PeriodicTask left_out(absl::Seconds(1), [] { ProcessLimitedLog().WriteDue(); });
  const SystemClock clock;
  SystemRandom random;
  const int exit_status = RunReferenceAgent(OptionsFromFlags(), clock, random, shutdown);
  left_out.Stop();
  ProcessLimitedLog().WriteRest();
  return exit_status;
}

}  // namespace
}  // namespace bellwether

int main(int argc, char** argv) { return bellwether::Main(argc, argv); }

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
          "agent pool to join, such as apn_orders; empty: apn_default");
ABSL_FLAG(std::string, defaultVirtualClusterID, "",
          "virtual cluster to serve, by id, name or uid; empty: the virtual cluster of the pool");
ABSL_FLAG(std::string, defaultPartitionAssignmentStrategy, "",
          "strategy for clients of this agent that do not choose one: consistent_random_jump or "
          "single_agent; empty: the strategy of the virtual cluster");
ABSL_FLAG(std::string, availabilityZone, "", "availability zone of the agent");
ABSL_FLAG(std::string, agentGroup, "", "agent group within the pool");
ABSL_FLAG(std::string, roles, "",
          "roles, separated by commas: proxy-produce, proxy-consume; empty: both");
ABSL_FLAG(int32_t, weight, bellwether::AgentOptions().weight,
          "share of the load relative to the other agents of the pool, 1 to 64");
ABSL_FLAG(std::string, controlPlaneAddress, bellwether::AgentOptions().control_plane_address,
          "agent address (host:port) of the control plane");
ABSL_FLAG(
    std::string, agentKey, "",
    "agent key from CreateAgentKey; visible to everyone who can list the machine's processes");
ABSL_FLAG(std::string, agentKeyPath, "",
          "file with the agent key, instead of -agentKey; may be replaced while the agent runs");
ABSL_FLAG(
    std::string, tlsCA, "",
    "PEM file of the certificate authorities that issue the control plane's certificate; turns "
    "TLS on");
ABSL_FLAG(std::string, tlsCert, "",
          "PEM file with the agent's certificate chain, for a control plane that requires one");
ABSL_FLAG(std::string, tlsKey, "", "PEM file with the private key of -tlsCert");
ABSL_FLAG(std::string, kafkaAddress, bellwether::AgentOptions().kafka_address,
          "address (host:port) for Kafka clients; port 0 picks a free port and logs it");
ABSL_FLAG(std::string, advertisedAddress, "",
          "host or host:port where Kafka clients reach this agent; empty: -kafkaAddress");
ABSL_FLAG(std::string, metricsAddress, "",
          "address (host:port) of /metrics for Prometheus; empty: none");
ABSL_FLAG(
    std::string, agentID, "",
    "stable identity of the agent, unique in its pool; empty: an identity that is generated once "
    "and stored in -stateDir");
ABSL_FLAG(std::string, stateDir, bellwether::AgentOptions().state_dir,
          "directory of the agent's identity, used if -agentID is empty");
ABSL_FLAG(
    std::string, topics, "",
    "topics with their numbers of partitions, such as orders:12,clicks:64; must be the same for "
    "all agents of a pool");
ABSL_FLAG(int32_t, connectionLimit, bellwether::AgentOptions().connection_limit,
          "maximum number of connections of Kafka clients");
ABSL_FLAG(
    int64_t, clientMemoryBytes, bellwether::AgentOptions().client_memory_bytes,
    "memory for the requests and responses of all Kafka clients, in bytes; at least 16777216");
ABSL_FLAG(
    int64_t, networkBytesPerSecond, 0,
    "network bandwidth in each direction, in bytes per second, for the load report; 0: unknown");
ABSL_FLAG(
    absl::Duration, drainPeriod, bellwether::AgentOptions().drain_period,
    "maximum time after SIGTERM or SIGINT to serve clients that have not moved to other agents; "
    "the agent exits earlier after 5s without requests");
ABSL_FLAG(
    bool, announceRestart, bellwether::AgentOptions().announce_restart,
    "announce on SIGTERM or SIGINT that this agent will restart under its id; its partitions are "
    "reserved for it for two minutes");
ABSL_FLAG(std::string, logLevel, "info", "minimum level: debug, info, warning, error");
ABSL_FLAG(std::string, logFormat, "text", "text: key=value; json: one JSON object per line");

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
    Log(LogLevel::kError, "start failed", {{"error", line.status().message()}});
    return 1;
  }
  if (!line->answer.empty()) {
    std::cout << line->answer;
    return 0;
  }
  const absl::Status logging = SetUpLog();
  if (!logging.ok()) {
    Log(LogLevel::kError, "start failed", {{"error", logging.message()}});
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

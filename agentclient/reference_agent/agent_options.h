#ifndef AGENTCLIENT_REFERENCE_AGENT_AGENT_OPTIONS_H_
#define AGENTCLIENT_REFERENCE_AGENT_AGENT_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "agentclient/reference_agent/kafka/memory_budget.h"
#include "bellwether/v1/agent.pb.h"
#include "controlplane/base/tls_files.h"
#include "controlplane/model/agent.h"

namespace bellwether {

// The agent's configuration; the help of the flags of the same names describes each field.
struct AgentOptions {
  std::string agent_pool_name;
  std::string default_virtual_cluster_id;
  std::string default_partition_assignment_strategy;
  std::string availability_zone;
  std::string agent_group;
  std::vector<std::string> roles;
  int32_t weight = 1;
  std::string control_plane_address = "127.0.0.1:7420";
  TlsFiles tls;
  std::string agent_key;
  std::string agent_key_path;
  std::string kafka_address = "127.0.0.1:9092";
  std::string advertised_address;
  std::string metrics_address;
  std::string agent_id;
  std::string state_dir = "./bellwether-agent-state";
  std::string topics;
  int32_t connection_limit = 10'000;
  int64_t client_memory_bytes = kafka::MemoryBudget::Options().bytes;
  int64_t network_bytes_per_second = 0;
  absl::Duration drain_period = absl::Seconds(30);
  bool announce_restart = false;
  // The commit that the program was built from, for its log.
  std::string commit = "unknown";
};

// The agent's description of itself for its registration, without its address. INVALID_ARGUMENT,
// naming the flag and valid values, if something in `options` is invalid. Pure.
absl::StatusOr<v1::RegisterAgentRequest> DescribeAgent(const AgentOptions& options,
                                                       absl::string_view agent_id);

// The address at which Kafka clients connect: -advertisedAddress, else -kafkaAddress, with the
// port that the agent listens on where the flag has none or 0. INVALID_ARGUMENT if
// -advertisedAddress is needed because the agent listens on every address of the machine, or if no
// client could connect to it. Pure.
absl::StatusOr<HostPort> AdvertisedAddress(const AgentOptions& options, int listening_port);

}  // namespace bellwether

#endif  // AGENTCLIENT_REFERENCE_AGENT_AGENT_OPTIONS_H_

#include "agentclient/reference_agent/agent_options.h"

#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/base/version.h"
#include "controlplane/model/error.h"
#include "controlplane/model/field_text.h"
#include "controlplane/model/strategy.h"

namespace bellwether {
namespace {

// Enough for a Metadata answer with as many partitions as there may be, and for usual batches.
constexpr int64_t kLeastClientMemoryBytes = 16 << 20;

absl::Status Invalid(absl::string_view message) {
  return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument, message);
}

absl::Status CheckNumbers(const AgentOptions& options) {
  if (options.connection_limit < 1) {
    return Invalid(
        absl::StrCat("-connectionLimit must be 1 or more (got ", options.connection_limit, ")"));
  }
  if (options.client_memory_bytes < kLeastClientMemoryBytes) {
    return Invalid(absl::StrCat("-clientMemoryBytes must be at least ", kLeastClientMemoryBytes,
                                " (got ", options.client_memory_bytes, ")"));
  }
  if (options.network_bytes_per_second < 0) {
    return Invalid(absl::StrCat("-networkBytesPerSecond must be 0 (unknown) or more (got ",
                                options.network_bytes_per_second, ")"));
  }
  if (options.drain_period < absl::ZeroDuration() || options.drain_period > absl::Hours(1)) {
    return Invalid(absl::StrCat("-drainPeriod must be 0s to 1h (got ",
                                absl::FormatDuration(options.drain_period), ")"));
  }
  return absl::OkStatus();
}

// `address` with `port` where it names none.
std::string WithPort(absl::string_view address, int port) {
  if (absl::ConsumeSuffix(&address, ":0")) return absl::StrCat(address, ":", port);
  // An IPv6 host has colons of its own, and brackets if a port is to follow.
  const bool has_port = absl::StrContains(address, ':') && !absl::EndsWith(address, "]");
  return has_port ? std::string(address) : absl::StrCat(address, ":", port);
}

bool IsEveryAddress(absl::string_view host) {
  return host.empty() || host == "0.0.0.0" || host == "::" || host == "*";
}

}  // namespace

absl::StatusOr<v1::RegisterAgentRequest> DescribeAgent(const AgentOptions& options,
                                                       absl::string_view agent_id) {
  RETURN_IF_ERROR(CheckNumbers(options));
  RETURN_IF_ERROR(CheckFieldText("-agentPoolName", options.agent_pool_name));
  RETURN_IF_ERROR(CheckFieldText("-defaultVirtualClusterID", options.default_virtual_cluster_id));
  RETURN_IF_ERROR(CheckLocationName("-availabilityZone", options.availability_zone));
  RETURN_IF_ERROR(CheckLocationName("-agentGroup", options.agent_group));
  AgentSpec spec;
  spec.agent_id = std::string(agent_id);
  // Both are set later, when they are known; only the other fields are checked here.
  spec.boot_id = "boot";
  spec.address = {"localhost", 1};
  spec.zone = options.availability_zone;
  spec.agent_group = options.agent_group;
  spec.weight = options.weight;
  spec.software_version = absl::StrCat("bellwether-agent ", kSoftwareVersion);
  ASSIGN_OR_RETURN(spec.default_strategy,
                   ParseStrategy("-defaultPartitionAssignmentStrategy",
                                 options.default_partition_assignment_strategy));
  for (const std::string& role : options.roles) {
    const std::optional<AgentRole> known = FindAgentRole(role);
    if (!known.has_value()) {
      return Invalid(absl::StrCat("-roles contains '", Excerpt(role),
                                  "'; give proxy-produce, proxy-consume, both, or nothing"));
    }
    spec.roles.push_back(*known);
  }
  RETURN_IF_ERROR(ValidateAgentSpec(spec));

  v1::RegisterAgentRequest self;
  self.set_agent_id(spec.agent_id);
  self.set_agent_pool(options.agent_pool_name);
  self.set_virtual_cluster(options.default_virtual_cluster_id);
  self.set_zone(spec.zone);
  self.mutable_roles()->Assign(options.roles.begin(), options.roles.end());
  self.set_agent_group(spec.agent_group);
  self.set_weight(spec.weight);
  self.set_default_partition_assignment_strategy(options.default_partition_assignment_strategy);
  self.set_software_version(spec.software_version);
  return self;
}

absl::StatusOr<HostPort> AdvertisedAddress(const AgentOptions& options, int listening_port) {
  const bool given = !options.advertised_address.empty();
  const std::string address =
      WithPort(given ? options.advertised_address : options.kafka_address, listening_port);
  const absl::string_view flag = given ? "-advertisedAddress" : "-kafkaAddress";
  absl::string_view host = address;
  host = host.substr(0, host.rfind(':'));
  if (absl::ConsumePrefix(&host, "[")) absl::ConsumeSuffix(&host, "]");
  if (IsEveryAddress(host)) {
    return Invalid(absl::StrCat(flag, " is ", Excerpt(address),
                                ", which clients cannot connect to; set -advertisedAddress to the "
                                "host or host:port where they reach this agent"));
  }
  RETURN_IF_ERROR(CheckReachableHost(flag, host));
  return ParseHostPort(flag, address);
}

}  // namespace bellwether

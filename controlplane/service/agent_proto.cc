#include "controlplane/service/agent_proto.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"
#include "controlplane/model/resource_name.h"
#include "controlplane/service/time_proto.h"

namespace bellwether {
namespace {

v1::AgentLoad ToProto(const AgentLoad& load) {
  v1::AgentLoad proto;
  proto.set_cpu_utilization(load.cpu_utilization);
  proto.set_network_utilization(load.network_utilization);
  proto.set_connections(load.connections);
  proto.set_connection_limit(load.connection_limit);
  proto.set_bytes_in_per_second(load.bytes_in_per_second);
  proto.set_bytes_out_per_second(load.bytes_out_per_second);
  proto.set_in_flight_requests(load.in_flight_requests);
  return proto;
}

AgentLoad FromProto(const v1::AgentLoad& proto) {
  AgentLoad load;
  load.cpu_utilization = proto.cpu_utilization();
  load.network_utilization = proto.network_utilization();
  load.connections = proto.connections();
  load.connection_limit = proto.connection_limit();
  load.bytes_in_per_second = proto.bytes_in_per_second();
  load.bytes_out_per_second = proto.bytes_out_per_second();
  load.in_flight_requests = proto.in_flight_requests();
  return load;
}

v1::PartitionRate ToProto(const PartitionRate& rate) {
  v1::PartitionRate proto;
  proto.set_topic(rate.topic);
  proto.set_partition(rate.partition);
  proto.set_bytes_in_per_second(rate.bytes_in_per_second);
  proto.set_bytes_out_per_second(rate.bytes_out_per_second);
  proto.set_plan_zone(rate.plan_zone);
  return proto;
}

PartitionRate FromProto(const v1::PartitionRate& proto) {
  return {proto.topic(), proto.partition(), proto.bytes_in_per_second(),
          proto.bytes_out_per_second(), proto.plan_zone()};
}

}  // namespace

v1::Agent::State ToProto(AgentState state) {
  switch (state) {
    case AgentState::kJoining:
      return v1::Agent::STATE_JOINING;
    case AgentState::kActive:
      return v1::Agent::STATE_ACTIVE;
    case AgentState::kSuspect:
      return v1::Agent::STATE_SUSPECT;
    case AgentState::kDraining:
      return v1::Agent::STATE_DRAINING;
    case AgentState::kDead:
      return v1::Agent::STATE_DEAD;
  }
  return v1::Agent::STATE_UNSPECIFIED;
}

v1::Agent ToProto(const RosterEntry& entry, const AgentPool& pool,
                  v1::ListAgentsRequest::View view) {
  const Registration& registration = *entry.registration;
  const AgentSpec& spec = registration.spec;
  v1::Agent proto;
  proto.set_name(FormatAgentName(pool.id, spec.agent_id));
  proto.set_agent_id(spec.agent_id);
  proto.set_broker_id(registration.broker_id);
  proto.set_agent_pool(FormatAgentPoolName(pool.id));
  if (!pool.virtual_cluster_ids.empty()) {
    proto.set_virtual_cluster(FormatVirtualClusterName(pool.virtual_cluster_ids.front()));
  }
  proto.set_address(FormatHostPort(spec.address));
  proto.set_zone(spec.zone);
  for (const AgentRole role : spec.roles) proto.add_roles(std::string(AgentRoleName(role)));
  proto.set_agent_group(spec.agent_group);
  proto.set_weight(spec.weight);
  if (spec.default_strategy.has_value()) {
    proto.set_default_partition_assignment_strategy(
        std::string(StrategyName(*spec.default_strategy)));
  }
  proto.set_state(ToProto(entry.state));
  proto.set_restarting(registration.restarting);
  proto.set_leaving(registration.leaving);
  *proto.mutable_last_heartbeat_age() = ToProto(entry.last_heartbeat_age);
  proto.set_agent_epoch(registration.epoch);
  proto.set_software_version(spec.software_version);
  if (entry.report != nullptr) {
    *proto.mutable_load() = ToProto(entry.report->load);
    if (view == v1::ListAgentsRequest::VIEW_FULL) {
      for (const PartitionRate& rate : entry.report->partition_rates) {
        *proto.add_partition_rates() = ToProto(rate);
      }
    }
    *proto.mutable_other_rate() = ToProto(entry.report->other_rate);
  }
  return proto;
}

absl::StatusOr<AgentSpec> FromProto(const v1::RegisterAgentRequest& request) {
  AgentSpec spec;
  spec.agent_id = request.agent_id();
  spec.boot_id = request.boot_id();
  ASSIGN_OR_RETURN(spec.address, ParseHostPort("address", request.address()));
  spec.zone = request.zone();
  for (const std::string& name : request.roles()) {
    const std::optional<AgentRole> role = FindAgentRole(name);
    if (!role.has_value()) {
      return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument,
                       absl::StrCat("roles has \"", Excerpt(name),
                                    "\", but the roles are proxy-produce and proxy-consume"),
                       {{"field", "roles"}});
    }
    spec.roles.push_back(*role);
  }
  spec.agent_group = request.agent_group();
  spec.weight = request.weight() == 0 ? 1 : request.weight();
  ASSIGN_OR_RETURN(spec.default_strategy,
                   ParseStrategy("default_partition_assignment_strategy",
                                 request.default_partition_assignment_strategy()));
  spec.software_version = request.software_version();
  return spec;
}

Heartbeat FromProto(const v1::HeartbeatRequest& request) {
  Heartbeat heartbeat;
  heartbeat.agent.agent_pool_id = std::string(StripAgentPoolCollection(request.agent_pool()));
  heartbeat.agent.agent_id = request.agent_id();
  heartbeat.epoch = request.agent_epoch();
  heartbeat.sequence = request.sequence();
  heartbeat.report.load = FromProto(request.load());
  heartbeat.report.partition_rates.reserve(request.partition_rates_size());
  for (const v1::PartitionRate& rate : request.partition_rates()) {
    heartbeat.report.partition_rates.push_back(FromProto(rate));
  }
  heartbeat.report.other_rate = FromProto(request.other_rate());
  const int unreachable =
      std::min(request.unreachable_agent_ids_size(), kMaxUnreachablePerHeartbeat);
  heartbeat.unreachable.assign(request.unreachable_agent_ids().begin(),
                               request.unreachable_agent_ids().begin() + unreachable);
  return heartbeat;
}

AnswerTally FromProto(const v1::AnswerCounts& counts) {
  AnswerTally tally;
  const auto believable = [](uint64_t count) { return std::min(count, kMaxAnswersPerHeartbeat); };
  for (const v1::StrategyCount& one : counts.strategies()) {
    const std::optional<Strategy> strategy = FindStrategy(one.strategy());
    if (!strategy.has_value()) continue;
    for (const StrategySource source : kStrategySources) {
      if (StrategySourceName(source) != one.source()) continue;
      tally.answers[static_cast<size_t>(*strategy)][static_cast<size_t>(source)] =
          believable(one.count());
    }
  }
  for (const ZoneResult result : kZoneResults) {
    const auto found = counts.zones().find(std::string(ZoneResultName(result)));
    if (found == counts.zones().end()) continue;
    tally.zones[static_cast<size_t>(result)] = believable(found->second);
  }
  for (const DiagnosticKind kind : kDiagnosticKinds) {
    const auto found = counts.problems().find(std::string(DiagnosticKindName(kind)));
    if (found == counts.problems().end()) continue;
    tally.diagnostics[static_cast<size_t>(kind)] = believable(found->second);
  }
  return tally;
}

}  // namespace bellwether

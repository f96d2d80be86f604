#include "controlplane/model/agent.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/model/error.h"
#include "controlplane/model/field_text.h"
#include "controlplane/model/limits.h"
#include "controlplane/model/resource_name.h"

namespace bellwether {
namespace {

absl::Status Invalid(absl::string_view field, absl::string_view what) {
  return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument,
                   absl::StrCat(field, " ", what), {{"field", std::string(field)}});
}

absl::Status ValidateText(absl::string_view field, absl::string_view text, size_t longest) {
  if (text.size() <= longest) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kInvalidArgument, Reason::kLimitExceeded,
      absl::StrCat(field, " must be at most ", longest, " bytes (got ", text.size(), ")"),
      {{"field", std::string(field)}});
}

}  // namespace

absl::string_view AgentRoleName(AgentRole role) {
  switch (role) {
    case AgentRole::kProxyProduce:
      return "proxy-produce";
    case AgentRole::kProxyConsume:
      return "proxy-consume";
  }
  return "unknown";
}

std::optional<AgentRole> FindAgentRole(absl::string_view name) {
  for (const AgentRole role : {AgentRole::kProxyProduce, AgentRole::kProxyConsume}) {
    if (name == AgentRoleName(role)) return role;
  }
  return std::nullopt;
}

std::string FormatHostPort(const HostPort& address) {
  const bool is_ipv6 = absl::StrContains(address.host, ':');
  return is_ipv6 ? absl::StrCat("[", address.host, "]:", address.port)
                 : absl::StrCat(address.host, ":", address.port);
}

absl::StatusOr<HostPort> ParseHostPort(absl::string_view field, absl::string_view text) {
  const size_t colon = text.rfind(':');
  const absl::string_view port =
      colon == absl::string_view::npos ? absl::string_view() : text.substr(colon + 1);
  HostPort address;
  // SimpleAtoi would take " 9092" and "+9092" as well.
  if (!std::all_of(port.begin(), port.end(), absl::ascii_isdigit) ||
      !absl::SimpleAtoi(port, &address.port) || address.port < 1 || address.port > 65535) {
    return Invalid(field, absl::StrCat("is \"", Excerpt(text),
                                       "\"; must be host:port with a port from 1 to 65535"));
  }
  absl::string_view host = text.substr(0, colon);
  if (absl::ConsumePrefix(&host, "[") != absl::ConsumeSuffix(&host, "]") || host.empty()) {
    return Invalid(field, absl::StrCat("is \"", Excerpt(text), "\", which has no host"));
  }
  address.host = std::string(host);
  return address;
}

absl::Status CheckAgentSpecLimits(const AgentSpec& spec) {
  RETURN_IF_ERROR(ValidateAgentId(spec.agent_id));
  if (spec.boot_id.empty()) return Invalid("boot_id", "is empty; generate a new one at each start");
  RETURN_IF_ERROR(ValidateText("boot_id", spec.boot_id, kMaxBootIdLength));
  RETURN_IF_ERROR(ValidateText("address", spec.address.host, kMaxHostLength));
  RETURN_IF_ERROR(ValidateText("zone", spec.zone, kMaxZoneLength));
  RETURN_IF_ERROR(ValidateText("agent_group", spec.agent_group, kMaxAgentGroupLength));
  RETURN_IF_ERROR(
      ValidateText("software_version", spec.software_version, kMaxSoftwareVersionLength));
  if (spec.weight < 1 || spec.weight > kMaxWeight) {
    return Invalid("weight", absl::StrCat("must be 1 to ", kMaxWeight, " (got ", spec.weight, ")"));
  }
  return absl::OkStatus();
}

absl::Status ValidateAgentSpec(const AgentSpec& spec) {
  RETURN_IF_ERROR(CheckAgentSpecLimits(spec));
  RETURN_IF_ERROR(CheckFieldText("boot_id", spec.boot_id));
  RETURN_IF_ERROR(CheckReachableHost("address", spec.address.host));
  RETURN_IF_ERROR(CheckLocationName("zone", spec.zone));
  RETURN_IF_ERROR(CheckLocationName("agent_group", spec.agent_group));
  return CheckFieldText("software_version", spec.software_version);
}

absl::string_view AgentStateName(AgentState state) {
  switch (state) {
    case AgentState::kJoining:
      return "joining";
    case AgentState::kActive:
      return "active";
    case AgentState::kSuspect:
      return "suspect";
    case AgentState::kDraining:
      return "draining";
    case AgentState::kDead:
      return "dead";
  }
  return "unknown";
}

}  // namespace bellwether

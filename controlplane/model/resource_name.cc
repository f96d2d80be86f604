#include "controlplane/model/resource_name.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

constexpr absl::string_view kVirtualClusters = "virtualClusters/";
constexpr absl::string_view kAgentPools = "agentPools/";

bool IsResourceId(absl::string_view id) {
  if (id.empty() || id.size() > kMaxResourceIdLength) return false;
  const auto is_alnum = [](char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c); };
  return absl::ascii_islower(id.front()) && is_alnum(id.back()) &&
         std::all_of(id.begin(), id.end(),
                     [&](char c) { return is_alnum(c) || c == '-' || c == '_'; });
}

bool IsAgentId(absl::string_view id) {
  return !id.empty() && id.size() <= kMaxAgentIdLength &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
         });
}

absl::StatusOr<std::string> ParseName(absl::string_view field, absl::string_view name,
                                      absl::string_view collection) {
  absl::string_view id = name;
  if (!absl::ConsumePrefix(&id, collection) || !IsResourceId(id)) {
    return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidResourceName,
                     absl::StrCat(field, " is \"", Excerpt(name), "\"; must be a name such as \"",
                                  collection, "orders\""),
                     {{"field", std::string(field)}});
  }
  return std::string(id);
}

}  // namespace

absl::Status ValidateResourceId(absl::string_view field, absl::string_view id) {
  if (IsResourceId(id)) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kInvalidArgument, Reason::kInvalidResourceId,
      absl::StrCat(field, " is \"", Excerpt(id),
                   "\"; an id must have 1 to 63 characters of a-z, 0-9, '-' and '_', begin "
                   "with a letter and end with a letter or digit"),
      {{"field", std::string(field)}});
}

absl::Status ValidateAgentId(absl::string_view agent_id) {
  if (IsAgentId(agent_id)) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kInvalidArgument, Reason::kInvalidResourceId,
      absl::StrCat("agent_id is \"", Excerpt(agent_id),
                   "\"; an agent id must have 1 to 128 characters of A-Z, a-z, 0-9, '.', "
                   "'_' and '-'"),
      {{"field", "agent_id"}});
}

std::string FormatVirtualClusterName(absl::string_view id) {
  return absl::StrCat(kVirtualClusters, id);
}

std::string FormatAgentPoolName(absl::string_view id) { return absl::StrCat(kAgentPools, id); }

std::string FormatAgentName(absl::string_view pool_id, absl::string_view agent_id) {
  return absl::StrCat(kAgentPools, pool_id, "/agents/", agent_id);
}

absl::StatusOr<std::string> ParseVirtualClusterName(absl::string_view field,
                                                    absl::string_view name) {
  return ParseName(field, name, kVirtualClusters);
}

absl::StatusOr<std::string> ParseAgentPoolName(absl::string_view field, absl::string_view name) {
  return ParseName(field, name, kAgentPools);
}

absl::StatusOr<AgentKey> ParseAgentName(absl::string_view field, absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != 4 || parts[0] != "agentPools" || !IsResourceId(parts[1]) ||
      parts[2] != "agents" || !IsAgentId(parts[3])) {
    return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidResourceName,
                     absl::StrCat(field, " is \"", Excerpt(name),
                                  "\"; must be a name such as "
                                  "\"agentPools/apn_orders/agents/agent-0\""),
                     {{"field", std::string(field)}});
  }
  return AgentKey{std::string(parts[1]), std::string(parts[3])};
}

absl::string_view StripVirtualClusterCollection(absl::string_view id_or_name) {
  return absl::StripPrefix(id_or_name, kVirtualClusters);
}

absl::string_view StripAgentPoolCollection(absl::string_view id_or_name) {
  return absl::StripPrefix(id_or_name, kAgentPools);
}

}  // namespace bellwether

#include "controlplane/model/credential.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/model/error.h"
#include "controlplane/model/resource_name.h"

namespace bellwether {
namespace {

constexpr AdminRole kAdminRoles[] = {AdminRole::kViewer, AdminRole::kOperator, AdminRole::kAdmin};

absl::Status NoSuchName(absl::string_view field, absl::string_view name,
                        absl::string_view example) {
  return MakeError(
      absl::StatusCode::kInvalidArgument, Reason::kInvalidResourceName,
      absl::StrCat(field, " is \"", Excerpt(name), "\"; must be a name such as \"", example, "\""),
      {{"field", std::string(field)}});
}

}  // namespace

absl::string_view AdminRoleName(AdminRole role) {
  switch (role) {
    case AdminRole::kViewer:
      return "viewer";
    case AdminRole::kOperator:
      return "operator";
    case AdminRole::kAdmin:
      return "admin";
  }
  return "unknown";
}

std::optional<AdminRole> FindAdminRole(absl::string_view name) {
  for (const AdminRole role : kAdminRoles) {
    if (AdminRoleName(role) == name) return role;
  }
  return std::nullopt;
}

std::string FormatCredentialName(const Credential& credential) {
  if (credential.id.empty()) return "";
  if (const auto* agent = std::get_if<AgentGrant>(&credential.grant)) {
    return absl::StrCat(FormatVirtualClusterName(agent->virtual_cluster_id), "/agentKeys/",
                        credential.id);
  }
  return absl::StrCat("adminTokens/", credential.id);
}

absl::StatusOr<AgentKeyName> ParseAgentKeyName(absl::string_view field, absl::string_view name) {
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  if (parts.size() != 4 || parts[0] != "virtualClusters" || parts[2] != "agentKeys" ||
      !ValidateResourceId(field, parts[1]).ok() || !absl::StartsWith(parts[3], kAgentKeyIdPrefix)) {
    return NoSuchName(field, name, "virtualClusters/orders/agentKeys/agk_...");
  }
  return AgentKeyName{parts[1], parts[3]};
}

absl::StatusOr<std::string> ParseAdminTokenName(absl::string_view field, absl::string_view name) {
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  if (parts.size() != 2 || parts[0] != "adminTokens" ||
      !absl::StartsWith(parts[1], kAdminTokenIdPrefix)) {
    return NoSuchName(field, name, "adminTokens/adt_...");
  }
  return parts[1];
}

}  // namespace bellwether

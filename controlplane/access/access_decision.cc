#include "controlplane/access/access_decision.h"

#include <string>
#include <variant>

#include "controlplane/model/resource_name.h"

namespace bellwether {
namespace {

bool IsCluster(absl::string_view id_name_or_uid, const VirtualCluster& cluster) {
  return id_name_or_uid == cluster.uid ||
         StripVirtualClusterCollection(id_name_or_uid) == cluster.id;
}

// Everything that the call names is the key's own, and it names something.
bool IsInScope(const AccessScope& scope, const VirtualCluster& cluster) {
  if (scope.agent_pool.empty() && scope.virtual_cluster.empty()) return false;
  const bool pool_is_own = scope.agent_pool.empty() ||
                           (!cluster.agent_pool_id.empty() &&
                            StripAgentPoolCollection(scope.agent_pool) == cluster.agent_pool_id);
  const bool cluster_is_own =
      scope.virtual_cluster.empty() || IsCluster(scope.virtual_cluster, cluster);
  return pool_is_own && cluster_is_own;
}

AccessVerdict DecideForAdmin(AdminRole needed, const AdminGrant* grant) {
  if (grant == nullptr) return AccessVerdict::kWrongKind;
  return grant->role < needed ? AccessVerdict::kRoleTooLow : AccessVerdict::kAllowed;
}

AccessVerdict DecideForAgent(const AccessScope& scope, const AgentGrant* grant,
                             const VirtualCluster* cluster) {
  if (grant == nullptr) return AccessVerdict::kWrongKind;
  const bool own = cluster != nullptr && cluster->uid == grant->virtual_cluster_uid &&
                   IsInScope(scope, *cluster);
  return own ? AccessVerdict::kAllowed : AccessVerdict::kOutOfScope;
}

}  // namespace

absl::string_view AccessVerdictName(AccessVerdict verdict) {
  switch (verdict) {
    case AccessVerdict::kAllowed:
      return "allowed";
    case AccessVerdict::kNoCredential:
      return "no credential";
    case AccessVerdict::kUnknownCredential:
      return "unknown credential";
    case AccessVerdict::kWrongSecret:
      return "wrong secret";
    case AccessVerdict::kExpired:
      return "expired";
    case AccessVerdict::kWrongKind:
      return "wrong kind of credential";
    case AccessVerdict::kRoleTooLow:
      return "role too low";
    case AccessVerdict::kOutOfScope:
      return "out of scope";
    case AccessVerdict::kNoRule:
      return "no rule";
  }
  return "unknown";
}

AccessVerdict Decide(AccessRule rule, const AccessScope& scope, const Caller& caller,
                     absl::Time now) {
  if (!caller.presented.has_value()) return AccessVerdict::kNoCredential;
  if (caller.credential == nullptr) return AccessVerdict::kUnknownCredential;
  const Credential& credential = *caller.credential;
  if (!SameHash(caller.presented->secret_hash, credential.secret_hash)) {
    return AccessVerdict::kWrongSecret;
  }
  if (credential.expire_time.has_value() && *credential.expire_time <= now) {
    return AccessVerdict::kExpired;
  }
  switch (rule) {
    case AccessRule::kNobody:
      break;
    case AccessRule::kAgent:
      return DecideForAgent(scope, std::get_if<AgentGrant>(&credential.grant),
                            caller.virtual_cluster);
    case AccessRule::kAgentOrViewer:
      if (std::holds_alternative<AdminGrant>(credential.grant)) return AccessVerdict::kAllowed;
      return DecideForAgent(scope, std::get_if<AgentGrant>(&credential.grant),
                            caller.virtual_cluster);
    case AccessRule::kViewer:
      return DecideForAdmin(AdminRole::kViewer, std::get_if<AdminGrant>(&credential.grant));
    case AccessRule::kOperator:
      return DecideForAdmin(AdminRole::kOperator, std::get_if<AdminGrant>(&credential.grant));
    case AccessRule::kAdmin:
      return DecideForAdmin(AdminRole::kAdmin, std::get_if<AdminGrant>(&credential.grant));
  }
  return AccessVerdict::kNoRule;
}

}  // namespace bellwether

#ifndef CONTROLPLANE_MODEL_CREDENTIAL_H_
#define CONTROLPLANE_MODEL_CREDENTIAL_H_

#include <optional>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controlplane/model/labels.h"

namespace bellwether {

// What an admin may do; each role may do what those before it may.
enum class AdminRole {
  // Look.
  kViewer,
  // Change what can be changed back: create, update, drain.
  kOperator,
  // Delete, and say who gets in.
  kAdmin,
};

// "viewer" and so on. Pure.
absl::string_view AdminRoleName(AdminRole role);
// The role of that name, or nullopt. Pure.
std::optional<AdminRole> FindAdminRole(absl::string_view name);

// An agent key is good for one virtual cluster and the pool that is bound to it.
struct AgentGrant {
  std::string virtual_cluster_id;
  // Of that very cluster: a later one of the same id is another one.
  std::string virtual_cluster_uid;

  friend bool operator==(const AgentGrant& a, const AgentGrant& b) = default;
};

// An admin token is good for all that its role may do.
struct AdminGrant {
  AdminRole role = AdminRole::kViewer;

  friend bool operator==(const AdminGrant& a, const AdminGrant& b) = default;
};

using Grant = std::variant<AgentGrant, AdminGrant>;

// An agent key or an admin token as it is kept: without its secret. A value.
struct Credential {
  // "agk_..." or "adt_..."; never used again.
  std::string id;
  Grant grant;
  // SHA-256 of the secret.
  std::string secret_hash;
  std::string display_name;
  Labels labels;
  absl::Time create_time;
  // From then on it is refused.
  std::optional<absl::Time> expire_time;
};

// What ids begin with.
inline constexpr absl::string_view kAgentKeyIdPrefix = "agk_";
inline constexpr absl::string_view kAdminTokenIdPrefix = "adt_";

// "virtualClusters/{id}/agentKeys/{key id}" or "adminTokens/{token id}"; empty without an id. Pure.
std::string FormatCredentialName(const Credential& credential);

// The parts of the name of an agent key.
struct AgentKeyName {
  std::string virtual_cluster_id;
  std::string key_id;
};
// INVALID_ARGUMENT (kInvalidResourceName), with an example, if it is not such a name. Pure.
absl::StatusOr<AgentKeyName> ParseAgentKeyName(absl::string_view field, absl::string_view name);
// The id in the name of an admin token; errors alike. Pure.
absl::StatusOr<std::string> ParseAdminTokenName(absl::string_view field, absl::string_view name);

}  // namespace bellwether

#endif  // CONTROLPLANE_MODEL_CREDENTIAL_H_

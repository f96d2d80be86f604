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

// The rights of an admin; each role includes those before it.
enum class AdminRole {
  // Read.
  kViewer,
  // Make changes that can be undone: create, update, drain.
  kOperator,
  // Delete, and manage credentials.
  kAdmin,
};

// "viewer" and so on. Pure.
absl::string_view AdminRoleName(AdminRole role);
// The role with that exact name, or nullopt. Pure.
std::optional<AdminRole> FindAdminRole(absl::string_view name);

// The scope of an agent key: one virtual cluster and the pool that is bound to it.
struct AgentGrant {
  std::string virtual_cluster_id;
  // Uid, so that the key is not valid for a later virtual cluster with the same id.
  std::string virtual_cluster_uid;

  friend bool operator==(const AgentGrant& a, const AgentGrant& b) = default;
};

// The scope of an admin token: all that its role allows.
struct AdminGrant {
  AdminRole role = AdminRole::kViewer;

  friend bool operator==(const AdminGrant& a, const AdminGrant& b) = default;
};

using Grant = std::variant<AgentGrant, AdminGrant>;

// A stored agent key or admin token, without its secret.
struct Credential {
  // "agk_..." or "adt_..."; never reused.
  std::string id;
  Grant grant;
  // SHA-256 of the secret.
  std::string secret_hash;
  std::string display_name;
  Labels labels;
  absl::Time create_time;
  // The credential is refused from this time on.
  std::optional<absl::Time> expire_time;
};

// Prefixes of ids.
inline constexpr absl::string_view kAgentKeyIdPrefix = "agk_";
inline constexpr absl::string_view kAdminTokenIdPrefix = "adt_";

// "virtualClusters/{id}/agentKeys/{key id}" or "adminTokens/{token id}"; empty without an id. Pure.
std::string FormatCredentialName(const Credential& credential);

// The parts of the name of an agent key.
struct AgentKeyName {
  std::string virtual_cluster_id;
  std::string key_id;
};
// INVALID_ARGUMENT (kInvalidResourceName), with an example, if the name has another form. Pure.
absl::StatusOr<AgentKeyName> ParseAgentKeyName(absl::string_view field, absl::string_view name);
// The id in the name of an admin token; errors as above. Pure.
absl::StatusOr<std::string> ParseAdminTokenName(absl::string_view field, absl::string_view name);

}  // namespace bellwether

#endif  // CONTROLPLANE_MODEL_CREDENTIAL_H_

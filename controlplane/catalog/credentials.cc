#include "controlplane/catalog/credentials.h"

#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/access/secret.h"
#include "controlplane/base/log.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/catalog/catalog_errors.h"
#include "controlplane/catalog/fingerprint.h"
#include "controlplane/catalog/keys.h"
#include "controlplane/catalog/uid.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"
#include "controlplane/model/resource_name.h"

namespace bellwether {
namespace {

absl::Status Validate(const CredentialFields& fields, absl::Time now) {
  RETURN_IF_ERROR(ValidateDisplayName(fields.display_name));
  RETURN_IF_ERROR(ValidateLabels(fields.labels));
  if (!fields.expire_time.has_value() || *fields.expire_time > now) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument,
                   absl::StrCat("expire_time is ", FormatUtc(*fields.expire_time),
                                ", which is in the past; give a later time, or none"),
                   {{"field", "expire_time"}});
}

absl::Status AgentKeyNotFound(const AgentKeyName& name) {
  return MakeError(absl::StatusCode::kNotFound, Reason::kAgentKeyNotFound,
                   absl::StrCat(FormatVirtualClusterName(name.virtual_cluster_id), " has no key \"",
                                Excerpt(name.key_id), "\"; ListAgentKeys lists its keys"),
                   {{"virtual_cluster", name.virtual_cluster_id}});
}

absl::Status AdminTokenNotFound(const std::string& id) {
  return MakeError(absl::StatusCode::kNotFound, Reason::kAdminTokenNotFound,
                   absl::StrCat("adminTokens/", Excerpt(id),
                                " does not exist; ListAdminTokens lists the tokens"));
}

absl::Status IsLastAdminToken(const std::string& id) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, Reason::kLastAdminToken,
      absl::StrCat(
          "adminTokens/", Excerpt(id),
          " is the last valid token with the role admin, and without it no token can be created; "
          "create another one first, or set force to revoke it anyway"),
      {{"admin_token", Excerpt(id)}});
}

// The removal of a credential, which fails if another writer removes it first.
CatalogChange RemovalOf(const CatalogView& view, const std::string& id) {
  CatalogChange change;
  change.preconditions.push_back({CredentialKey(id), view.CredentialRevision(id)});
  change.removed_credentials.push_back(id);
  return change;
}

}  // namespace

bool CanMakeTokens(const Credential& credential, absl::Time now) {
  const auto* admin = std::get_if<AdminGrant>(&credential.grant);
  return admin != nullptr && admin->role == AdminRole::kAdmin &&
         (!credential.expire_time.has_value() || *credential.expire_time > now);
}

Credentials::Credentials(Catalog& catalog, const Clock& clock, Random& random, Random& secrets)
    : catalog_(catalog), clock_(clock), random_(random), secrets_(secrets) {}

absl::StatusOr<NewCredential> Credentials::CreateAgentKey(const std::string& virtual_cluster_id,
                                                          const CredentialFields& fields,
                                                          const ChangeOptions& options) {
  Credential credential;
  credential.id = MakeUid(kAgentKeyIdPrefix, random_);
  credential.grant = AgentGrant{virtual_cluster_id, ""};
  const ChangeRequest request{"CreateAgentKey", virtual_cluster_id, options.request_id,
                              Fingerprint(fields, credential.grant)};
  return Create(request, std::move(credential), fields, options);
}

absl::StatusOr<NewCredential> Credentials::CreateAdminToken(AdminRole role,
                                                            const CredentialFields& fields,
                                                            const ChangeOptions& options) {
  Credential credential;
  credential.id = MakeUid(kAdminTokenIdPrefix, random_);
  credential.grant = AdminGrant{role};
  const ChangeRequest request{"CreateAdminToken", "", options.request_id,
                              Fingerprint(fields, credential.grant)};
  return Create(request, std::move(credential), fields, options);
}

absl::StatusOr<NewCredential> Credentials::Create(const ChangeRequest& request,
                                                  Credential credential,
                                                  const CredentialFields& fields,
                                                  const ChangeOptions& options) {
  const std::string secret = MakeSecret(secrets_);
  credential.secret_hash = HashSecret(secret);
  credential.display_name = fields.display_name;
  credential.labels = fields.labels;
  credential.expire_time = fields.expire_time;
  const auto compute = [&](const CatalogView& view) -> absl::StatusOr<CatalogChange> {
    credential.create_time = clock_.WallNow();
    RETURN_IF_ERROR(Validate(fields, credential.create_time));
    if (view.credential_count() >= kMaxCredentials) {
      return TooMany("agent keys and admin tokens", kMaxCredentials, "revoke one");
    }
    CatalogChange change;
    change.preconditions.push_back({CredentialKey(credential.id), 0});
    if (auto* agent = std::get_if<AgentGrant>(&credential.grant)) {
      ASSIGN_OR_RETURN(
          const auto cluster,
          view.UsableVirtualCluster(FormatVirtualClusterName(agent->virtual_cluster_id)));
      agent->virtual_cluster_uid = cluster->uid;
      // It must not be deleted meanwhile.
      change.preconditions.push_back(
          {VirtualClusterKey(cluster->id), view.VirtualClusterRevision(cluster->id)});
    }
    change.credentials.push_back(credential);
    return change;
  };
  ASSIGN_OR_RETURN(const CatalogChange change,
                   catalog_.Change(request, options.validate_only, compute));
  NewCredential made{change.credentials.front(), ""};
  if (options.validate_only) {
    made.credential.id.clear();
  } else if (made.credential.secret_hash == credential.secret_hash) {
    made.key = FormatKey(made.credential.id, secret);
  }
  return made;
}

absl::Status Credentials::RevokeAgentKey(const AgentKeyName& name, const ChangeOptions& options) {
  const auto compute = [&](const CatalogView& view) -> absl::StatusOr<CatalogChange> {
    const auto found = view.FindCredential(name.key_id);
    const auto* grant = found == nullptr ? nullptr : std::get_if<AgentGrant>(&found->grant);
    if (grant == nullptr || grant->virtual_cluster_id != name.virtual_cluster_id) {
      return AgentKeyNotFound(name);
    }
    return RemovalOf(view, name.key_id);
  };
  return catalog_
      .Change({"RevokeAgentKey", absl::StrCat(name.virtual_cluster_id, "/", name.key_id),
               options.request_id, 0},
              options.validate_only, compute)
      .status();
}

absl::Status Credentials::RevokeAdminToken(const std::string& id, bool force,
                                           const ChangeOptions& options) {
  const auto compute = [&](const CatalogView& view) -> absl::StatusOr<CatalogChange> {
    const auto found = view.FindCredential(id);
    if (found == nullptr || !std::holds_alternative<AdminGrant>(found->grant)) {
      return AdminTokenNotFound(id);
    }
    CatalogChange change = RemovalOf(view, id);
    const absl::Time now = clock_.WallNow();
    if (force || !CanMakeTokens(*found, now)) return change;
    const auto others = view.ListCredentials("", 1, [&](const Credential& credential) {
      return credential.id != id && CanMakeTokens(credential, now);
    });
    if (others.empty()) return IsLastAdminToken(id);
    // The other one must not be revoked meanwhile.
    const std::string& other = others.front()->id;
    change.preconditions.push_back({CredentialKey(other), view.CredentialRevision(other)});
    return change;
  };
  return catalog_
      .Change({"RevokeAdminToken", id, options.request_id, force ? Fingerprint(force, "") : 0},
              options.validate_only, compute)
      .status();
}

absl::Status Credentials::PurgeExpired() {
  const std::shared_ptr<const CatalogView> view = catalog_.View();
  const RetentionClock& retention = catalog_.retention_;
  const auto useless = view->ListCredentials(
      "", view->credential_count(), [&view, &retention](const Credential& credential) {
        if (credential.expire_time.has_value() &&
            retention.IsDue(credential.create_time, *credential.expire_time)) {
          return true;
        }
        const auto* agent = std::get_if<AgentGrant>(&credential.grant);
        return agent != nullptr && view->FindVirtualCluster(agent->virtual_cluster_uid) == nullptr;
      });
  for (const auto& credential : useless) RETURN_IF_ERROR(Remove(*credential));
  return absl::OkStatus();
}

absl::Status Credentials::Remove(const Credential& useless) {
  const std::string& id = useless.id;
  const auto compute = [&](const CatalogView& view) -> absl::StatusOr<CatalogChange> {
    // Another caller was faster.
    if (view.FindCredential(id) == nullptr) return CatalogChange();
    return RemovalOf(view, id);
  };
  ASSIGN_OR_RETURN(const CatalogChange change,
                   catalog_.Change({"PurgeExpired", id, "", 0}, false, compute));
  if (change.removed_credentials.empty()) return absl::OkStatus();
  Log(LogLevel::kInfo, "unusable credential removed",
      {{"name", FormatCredentialName(useless)},
       {"expire_time",
        useless.expire_time.has_value() ? FormatUtc(*useless.expire_time) : "never"}});
  return absl::OkStatus();
}

}  // namespace bellwether

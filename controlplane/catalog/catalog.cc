#include "controlplane/catalog/catalog.h"

#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/base/log.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/catalog/agent_pool_changes.h"
#include "controlplane/catalog/catalog_errors.h"
#include "controlplane/catalog/fingerprint.h"
#include "controlplane/catalog/keys.h"
#include "controlplane/catalog/metadata_check.h"
#include "controlplane/catalog/uid.h"
#include "controlplane/catalog/virtual_cluster_changes.h"
#include "controlplane/model/error.h"
#include "controlplane/model/resource_name.h"

namespace bellwether {
namespace {

// Each failed attempt means that another writer's change succeeded, so only many writers can use up
// all attempts.
constexpr int kMaxAttempts = 32;

// The answer to a repeated request: the result of the first one.
CatalogChange FirstAnswer(AnsweredRequest answered) {
  CatalogChange change;
  if (auto* cluster = std::get_if<VirtualCluster>(&answered.answer)) {
    change.virtual_clusters.push_back(std::move(*cluster));
  } else if (auto* pool = std::get_if<AgentPool>(&answered.answer)) {
    change.agent_pools.push_back(std::move(*pool));
  } else if (auto* credential = std::get_if<Credential>(&answered.answer)) {
    change.credentials.push_back(std::move(*credential));
  }
  return change;
}

// Removes the values that only a commit assigns.
template <typename Resource>
Resource Preview(Resource resource, bool is_new) {
  resource.etag.clear();
  if (is_new) resource.uid.clear();
  return resource;
}

}  // namespace

Catalog::Catalog(MetadataStore& store, const Clock& clock, Random& random, const Options& options)
    : store_(store),
      clock_(clock),
      random_(random),
      options_(options),
      retention_(clock),
      requests_(store, retention_, options.request_retention),
      state_(store) {}

absl::StatusOr<std::unique_ptr<Catalog>> Catalog::Open(MetadataStore& store, const Clock& clock,
                                                       Random& random, const Options& options) {
  std::unique_ptr<Catalog> catalog(new Catalog(store, clock, random, options));
  RETURN_IF_ERROR(catalog->Start());
  return catalog;
}

absl::Status Catalog::Start() {
  ASSIGN_OR_RETURN(const std::optional<StoredEntry> stored, store_.Get(kClusterKey));
  if (stored.has_value()) {
    ASSIGN_OR_RETURN(identity_, DecodeClusterIdentity(*stored));
    RETURN_IF_ERROR(CheckSchema(identity_));
    RETURN_IF_ERROR(CheckClusterUid(identity_, options_.expected_cluster_uid));
  } else if (!options_.expected_cluster_uid.empty()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kWrongCluster,
                     absl::StrCat("the metadata store is empty, but --cluster_uid requires ",
                                  Excerpt(options_.expected_cluster_uid),
                                  ": mount the volume of that cluster, restore a backup, or omit "
                                  "--cluster_uid at the first start"));
  }
  RETURN_IF_ERROR(state_.Reload());
  CatalogChange change;
  if (!stored.has_value()) {
    if (View()->virtual_cluster_count() + View()->agent_pool_count() > 0) {
      return MakeError(absl::StatusCode::kDataLoss, Reason::kStoreCorrupt,
                       absl::StrCat("the catalog exists, but its identity record \"", kClusterKey,
                                    "\" is missing; restore the data from a backup"),
                       {{"key", std::string(kClusterKey)}});
    }
    identity_ = {MakeUid(kClusterUidPrefix, random_), kSchemaVersion, clock_.WallNow(), 0};
    ASSIGN_OR_RETURN(change, ToCreateDefaults(*View(), clock_.WallNow(), random_));
  }
  ++identity_.start_count;
  change.preconditions.push_back(
      {std::string(kClusterKey), stored.has_value() ? stored->revision : 0});
  change.other_mutations.push_back({std::string(kClusterKey), EncodeClusterIdentity(identity_)});
  return state_.Commit(change);
}

absl::StatusOr<CatalogChange> Catalog::Change(const ChangeRequest& request, bool validate_only,
                                              const Compute& compute) {
  RETURN_IF_ERROR(RequestLog::Validate(request.request_id));
  const bool remembered = !request.request_id.empty() && !validate_only;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    // The view comes before the request: if the first call's effect is seen, so is its answer.
    const std::shared_ptr<const CatalogView> view = View();
    RequestLog::Found found;
    if (remembered) {
      ASSIGN_OR_RETURN(found, requests_.Find(request));
      if (found.answered.has_value()) {
        RETURN_IF_ERROR(state_.CatchUp(found.revision));
        return FirstAnswer(*std::move(found.answered));
      }
    }
    ASSIGN_OR_RETURN(CatalogChange change, compute(*view));
    const bool nothing_to_do = change.preconditions.empty();
    if (validate_only || nothing_to_do) return change;
    if (remembered) requests_.Remember(request, found.revision, change);
    const absl::Status committed = state_.Commit(change);
    if (committed.ok()) return change;
    if (GetReason(committed) != Reason::kRevisionMismatch) return committed;
    // What was faster was not made here, or its outcome was not known.
    if (View() == view) RETURN_IF_ERROR(state_.Reload());
  }
  return MakeError(absl::StatusCode::kAborted, Reason::kRevisionMismatch,
                   absl::StrCat(request.method, " of ", request.resource_id, " conflicted with ",
                                kMaxAttempts, " concurrent changes; try again"),
                   {{"resource_id", request.resource_id}});
}

absl::StatusOr<VirtualCluster> Catalog::CreateVirtualCluster(const std::string& id,
                                                             const VirtualClusterFields& fields,
                                                             const ChangeOptions& options) {
  const ChangeRequest request{"CreateVirtualCluster", id, options.request_id,
                              Fingerprint(fields, "")};
  const auto existing = View()->FindVirtualCluster(FormatVirtualClusterName(id));
  if (existing != nullptr && Expired(*existing)) RETURN_IF_ERROR(Purge(*existing));
  ASSIGN_OR_RETURN(const CatalogChange change,
                   Change(request, options.validate_only, [&](const CatalogView& view) {
                     return ToCreateVirtualCluster(view, id, fields, clock_.WallNow(), random_);
                   }));
  const VirtualCluster& cluster = change.virtual_clusters.front();
  return options.validate_only ? Preview(cluster, true) : cluster;
}

absl::StatusOr<VirtualCluster> Catalog::UpdateVirtualCluster(const std::string& id,
                                                             const VirtualClusterFields& fields,
                                                             const ChangeOptions& options) {
  const ChangeRequest request{"UpdateVirtualCluster", id, options.request_id,
                              Fingerprint(fields, options.etag)};
  ASSIGN_OR_RETURN(const CatalogChange change,
                   Change(request, options.validate_only, [&](const CatalogView& view) {
                     return ToUpdateVirtualCluster(view, id, fields, options.etag,
                                                   clock_.WallNow());
                   }));
  const VirtualCluster& cluster = change.virtual_clusters.front();
  return options.validate_only ? Preview(cluster, false) : cluster;
}

absl::StatusOr<VirtualCluster> Catalog::DeleteVirtualCluster(const std::string& id, bool force,
                                                             const ChangeOptions& options) {
  const ChangeRequest request{"DeleteVirtualCluster", id, options.request_id,
                              Fingerprint(force, options.etag)};
  const auto compute = [&](const CatalogView& view) -> absl::StatusOr<CatalogChange> {
    PoolRegistrations agents;
    const auto cluster = view.FindVirtualCluster(FormatVirtualClusterName(id));
    if (cluster != nullptr && !cluster->agent_pool_id.empty()) {
      ASSIGN_OR_RETURN(agents, RegistrationsOf(cluster->agent_pool_id));
    }
    return ToDeleteVirtualCluster(view, id, agents, force, options.etag, clock_.WallNow(),
                                  retention_.KeepUntil(options_.deletion_retention));
  };
  ASSIGN_OR_RETURN(const CatalogChange change, Change(request, options.validate_only, compute));
  const VirtualCluster& cluster = change.virtual_clusters.front();
  return options.validate_only ? Preview(cluster, false) : cluster;
}

absl::StatusOr<VirtualCluster> Catalog::UndeleteVirtualCluster(const std::string& id,
                                                               const ChangeOptions& options) {
  const ChangeRequest request{"UndeleteVirtualCluster", id, options.request_id,
                              Fingerprint(false, options.etag)};
  ASSIGN_OR_RETURN(const CatalogChange change,
                   Change(request, options.validate_only,
                          [&](const CatalogView& view) -> absl::StatusOr<CatalogChange> {
                            ASSIGN_OR_RETURN(const auto deleted,
                                             FindDeleted(view, id, options.etag));
                            if (Expired(*deleted)) {
                              return VirtualClusterNotFound(FormatVirtualClusterName(id));
                            }
                            return ToUndeleteVirtualCluster(view, *deleted, clock_.WallNow());
                          }));
  const VirtualCluster& cluster = change.virtual_clusters.front();
  return options.validate_only ? Preview(cluster, false) : cluster;
}

absl::Status Catalog::PurgeVirtualCluster(const std::string& id, const ChangeOptions& options) {
  const ChangeRequest request{"PurgeVirtualCluster", id, options.request_id,
                              Fingerprint(false, options.etag)};
  const auto compute = [&](const CatalogView& view) -> absl::StatusOr<CatalogChange> {
    ASSIGN_OR_RETURN(const auto deleted, FindDeleted(view, id, options.etag));
    return ToPurgeVirtualCluster(view, *deleted, clock_.WallNow());
  };
  return Change(request, options.validate_only, compute).status();
}

absl::StatusOr<PoolRegistrations> Catalog::RegistrationsOf(const std::string& pool_id) const {
  PoolRegistrations registrations;
  ASSIGN_OR_RETURN(const std::optional<StoredEntry> joined, store_.Get(JoinedKey(pool_id)));
  if (joined.has_value()) registrations.joined_revision = joined->revision;
  ASSIGN_OR_RETURN(const MetadataStore::Listing agents,
                   store_.List(PoolRegistrationsPrefix(pool_id)));
  for (const StoredEntry& entry : agents.entries) {
    ASSIGN_OR_RETURN(const Registration agent, DecodeRegistration(entry));
    registrations.keys.push_back(entry.key);
    if (!agent.dead) ++registrations.not_dead;
  }
  return registrations;
}

absl::StatusOr<AgentPool> Catalog::CreateAgentPool(const std::string& id,
                                                   const AgentPoolFields& fields,
                                                   const ChangeOptions& options) {
  const ChangeRequest request{"CreateAgentPool", id, options.request_id, Fingerprint(fields, "")};
  ASSIGN_OR_RETURN(const CatalogChange change,
                   Change(request, options.validate_only, [&](const CatalogView& view) {
                     return ToCreateAgentPool(view, id, fields, clock_.WallNow(), random_);
                   }));
  const AgentPool& pool = change.agent_pools.front();
  return options.validate_only ? Preview(pool, true) : pool;
}

absl::StatusOr<AgentPool> Catalog::UpdateAgentPool(const std::string& id,
                                                   const AgentPoolFields& fields,
                                                   const ChangeOptions& options) {
  const ChangeRequest request{"UpdateAgentPool", id, options.request_id,
                              Fingerprint(fields, options.etag)};
  ASSIGN_OR_RETURN(const CatalogChange change,
                   Change(request, options.validate_only, [&](const CatalogView& view) {
                     return ToUpdateAgentPool(view, id, fields, options.etag, clock_.WallNow());
                   }));
  const AgentPool& pool = change.agent_pools.front();
  return options.validate_only ? Preview(pool, false) : pool;
}

absl::Status Catalog::DeleteAgentPool(const std::string& id, bool force,
                                      const ChangeOptions& options) {
  const ChangeRequest request{"DeleteAgentPool", id, options.request_id,
                              Fingerprint(force, options.etag)};
  const auto compute = [&](const CatalogView& view) -> absl::StatusOr<CatalogChange> {
    ASSIGN_OR_RETURN(const PoolRegistrations registrations, RegistrationsOf(id));
    return ToDeleteAgentPool(view, id, registrations, force, options.etag, clock_.WallNow());
  };
  return Change(request, options.validate_only, compute).status();
}

bool Catalog::Expired(const VirtualCluster& cluster) const {
  return cluster.deleted() && retention_.IsDue(*cluster.delete_time, *cluster.expire_time);
}

absl::Status Catalog::Purge(const VirtualCluster& expired) {
  const auto compute = [&](const CatalogView& view) -> absl::StatusOr<CatalogChange> {
    const auto found = view.FindVirtualCluster(expired.uid);
    // Another caller was faster.
    if (found == nullptr || !Expired(*found)) return CatalogChange();
    return ToPurgeVirtualCluster(view, *found, clock_.WallNow());
  };
  ASSIGN_OR_RETURN(const CatalogChange change,
                   Change({"PurgeExpired", expired.id, "", 0}, false, compute));
  if (change.removed_virtual_clusters.empty()) return absl::OkStatus();
  Log(LogLevel::kInfo, "expired virtual cluster removed",
      {{"virtual_cluster", FormatVirtualClusterName(expired.id)},
       {"uid", expired.uid},
       {"delete_time", FormatUtc(*expired.delete_time)},
       {"expire_time", FormatUtc(*expired.expire_time)}});
  return absl::OkStatus();
}

absl::Status Catalog::PurgeExpired() {
  const std::shared_ptr<const CatalogView> view = View();
  for (const auto& cluster : view->ListVirtualClusters("", view->virtual_cluster_count(), true)) {
    if (Expired(*cluster)) RETURN_IF_ERROR(Purge(*cluster));
  }
  return requests_.PurgeExpired();
}

}  // namespace bellwether

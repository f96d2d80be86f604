#include "controlplane/catalog/virtual_cluster_changes.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/catalog/agent_pool_changes.h"
#include "controlplane/catalog/catalog_errors.h"
#include "controlplane/catalog/keys.h"
#include "controlplane/catalog/uid.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"
#include "controlplane/model/resource_name.h"

namespace bellwether {
namespace {

// A change of one virtual cluster that fails if another writer changes the cluster first.
CatalogChange ChangeOf(const CatalogView& view, VirtualCluster cluster) {
  CatalogChange change;
  change.preconditions.push_back(
      {VirtualClusterKey(cluster.id), view.VirtualClusterRevision(cluster.id)});
  change.virtual_clusters.push_back(std::move(cluster));
  return change;
}

// Fewer than three brokers would leave a client without one when an agent or two end.
absl::Status ValidateMaxListedBrokers(int32_t most) {
  constexpr int32_t kFewest = 3;
  if (most == 0 || (most >= kFewest && most <= kMaxListedBrokers)) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument,
                   absl::StrCat("virtual_cluster.max_listed_brokers must be 0 (no limit) or ",
                                kFewest, " to ", kMaxListedBrokers, " (got ", most, ")"),
                   {{"field", "virtual_cluster.max_listed_brokers"}});
}

absl::Status Validate(const VirtualClusterFields& fields) {
  if (fields.display_name.has_value()) {
    RETURN_IF_ERROR(ValidateDisplayName(*fields.display_name));
  }
  if (fields.zone_cidrs.has_value()) RETURN_IF_ERROR(ValidateZoneCidrs(*fields.zone_cidrs));
  RETURN_IF_ERROR(ValidateMaxListedBrokers(fields.max_listed_brokers.value_or(0)));
  return fields.labels.has_value() ? ValidateLabels(*fields.labels) : absl::OkStatus();
}

// All fields but the pool.
void SetPlainFields(const VirtualClusterFields& fields, VirtualCluster& cluster) {
  if (fields.display_name.has_value()) cluster.display_name = *fields.display_name;
  if (fields.default_strategy.has_value()) cluster.default_strategy = *fields.default_strategy;
  if (fields.deletion_protection.has_value()) {
    cluster.deletion_protection = *fields.deletion_protection;
  }
  if (fields.labels.has_value()) cluster.labels = *fields.labels;
  if (fields.single_agent_sticky.has_value()) {
    cluster.single_agent_sticky = *fields.single_agent_sticky;
  }
  if (fields.zone_cidrs.has_value()) cluster.zone_cidrs = *fields.zone_cidrs;
  if (fields.agent_group_fallback.has_value()) {
    cluster.agent_group_fallback = *fields.agent_group_fallback;
  }
  if (fields.max_listed_brokers.has_value()) {
    cluster.max_listed_brokers = *fields.max_listed_brokers;
  }
}

VirtualCluster NewVirtualCluster(const std::string& id, const VirtualClusterFields& fields,
                                 absl::Time now, Random& random) {
  VirtualCluster cluster;
  cluster.id = id;
  cluster.uid = MakeUid(kVirtualClusterUidPrefix, random);
  cluster.create_time = now;
  cluster.update_time = now;
  SetPlainFields(fields, cluster);
  return cluster;
}

absl::Status AlreadyExists(const VirtualCluster& cluster) {
  std::string message = absl::StrCat(FormatVirtualClusterName(cluster.id), " already exists");
  std::map<std::string, std::string> metadata = {{"virtual_cluster", cluster.id}};
  if (cluster.deleted()) {
    const std::string until = FormatUtc(*cluster.expire_time);
    absl::StrAppend(&message, ", though it is deleted: undelete it, purge it, or wait until ",
                    until, ", when its id is free");
    metadata["expire_time"] = until;
  } else {
    absl::StrAppend(&message, "; choose another virtual_cluster_id, or update this one");
  }
  return MakeError(absl::StatusCode::kAlreadyExists, Reason::kVirtualClusterAlreadyExists, message,
                   metadata);
}

absl::StatusOr<VirtualCluster> FindNotDeleted(const CatalogView& view, const std::string& id,
                                              const std::string& etag) {
  ASSIGN_OR_RETURN(const auto cluster, view.UsableVirtualCluster(FormatVirtualClusterName(id)));
  RETURN_IF_ERROR(CheckEtag(FormatVirtualClusterName(id), etag, cluster->etag));
  return *cluster;
}

absl::Status InUse(const VirtualCluster& cluster, size_t agents) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, Reason::kVirtualClusterInUse,
      absl::StrCat(FormatVirtualClusterName(cluster.id), " is served by ", agents,
                   agents == 1 ? " agent of " : " agents of ",
                   FormatAgentPoolName(cluster.agent_pool_id),
                   ", and a deletion cuts their clients off within seconds; stop the agents first, "
                   "or set force to delete it anyway"),
      {{"virtual_cluster", cluster.id},
       {"agent_pool", cluster.agent_pool_id},
       {"agents", absl::StrCat(agents)}});
}

// Lets `change`, which is of one cluster, bind the pool too.
absl::Status Bind(const CatalogView& view, AgentPool pool, absl::Time now, CatalogChange& change) {
  VirtualCluster& cluster = change.virtual_clusters.front();
  if (!pool.virtual_cluster_ids.empty()) {
    const std::string& holder = pool.virtual_cluster_ids.front();
    const auto bound = view.FindVirtualCluster(FormatVirtualClusterName(holder));
    const bool deleted = bound != nullptr && bound->deleted();
    return MakeError(
        absl::StatusCode::kFailedPrecondition, Reason::kAgentPoolTaken,
        absl::StrCat(FormatAgentPoolName(pool.id), " is bound to ",
                     FormatVirtualClusterName(holder), deleted ? ", which is deleted," : "",
                     " and can be bound to only one virtual cluster; choose another agent_pool",
                     deleted ? absl::StrCat(", purge that virtual cluster, or wait until ",
                                            FormatUtc(*bound->expire_time))
                             : ""),
        {{"agent_pool", pool.id}, {"virtual_cluster", holder}});
  }
  change.preconditions.push_back({AgentPoolKey(pool.id), view.AgentPoolRevision(pool.id)});
  cluster.agent_pool_id = pool.id;
  pool.virtual_cluster_ids.push_back(cluster.id);
  pool.update_time = now;
  change.agent_pools.push_back(std::move(pool));
  return absl::OkStatus();
}

// The pool for a new cluster whose request names none.
absl::StatusOr<AgentPool> PoolFor(const CatalogView& view, const std::string& cluster_id,
                                  absl::Time now, Random& random) {
  const std::string pool_id = absl::StrCat(kAgentPoolIdPrefix, cluster_id);
  const auto existing = view.FindAgentPool(pool_id);
  if (existing != nullptr) return *existing;
  if (pool_id.size() > kMaxResourceIdLength) {
    return MakeError(
        absl::StatusCode::kInvalidArgument, Reason::kInvalidResourceId,
        absl::StrCat("the pool of virtual_cluster_id \"", cluster_id, "\" would be \"", pool_id,
                     "\", which is longer than ", kMaxResourceIdLength,
                     " characters; choose a shorter id, or create a pool and set agent_pool"),
        {{"field", "virtual_cluster_id"}});
  }
  return NewAgentPool(view, pool_id, now, random);
}

}  // namespace

absl::StatusOr<CatalogChange> ToCreateVirtualCluster(const CatalogView& view, const std::string& id,
                                                     const VirtualClusterFields& fields,
                                                     absl::Time now, Random& random) {
  RETURN_IF_ERROR(ValidateResourceId("virtual_cluster_id", id));
  RETURN_IF_ERROR(Validate(fields));
  const auto existing = view.FindVirtualCluster(FormatVirtualClusterName(id));
  if (existing != nullptr) return AlreadyExists(*existing);
  if (view.virtual_cluster_count() >= kMaxVirtualClusters) {
    return TooMany("virtual clusters", kMaxVirtualClusters,
                   "delete one, and purge it or wait until it expires");
  }
  CatalogChange change = ChangeOf(view, NewVirtualCluster(id, fields, now, random));
  if (fields.agent_pool_id.value_or("").empty()) {
    ASSIGN_OR_RETURN(AgentPool pool, PoolFor(view, id, now, random));
    RETURN_IF_ERROR(Bind(view, std::move(pool), now, change));
  } else {
    ASSIGN_OR_RETURN(const auto pool, view.GetAgentPool(*fields.agent_pool_id));
    RETURN_IF_ERROR(Bind(view, *pool, now, change));
  }
  return change;
}

absl::StatusOr<CatalogChange> ToCreateDefaults(const CatalogView& view, absl::Time now,
                                               Random& random) {
  CatalogChange change =
      ChangeOf(view, NewVirtualCluster(std::string(kDefaultVirtualClusterId), {}, now, random));
  ASSIGN_OR_RETURN(AgentPool pool,
                   NewAgentPool(view, std::string(kDefaultAgentPoolId), now, random));
  RETURN_IF_ERROR(Bind(view, std::move(pool), now, change));
  return change;
}

absl::StatusOr<CatalogChange> ToUpdateVirtualCluster(const CatalogView& view, const std::string& id,
                                                     const VirtualClusterFields& fields,
                                                     const std::string& etag, absl::Time now) {
  RETURN_IF_ERROR(Validate(fields));
  ASSIGN_OR_RETURN(VirtualCluster cluster, FindNotDeleted(view, id, etag));
  const std::string bound = cluster.agent_pool_id;
  SetPlainFields(fields, cluster);
  cluster.update_time = now;
  CatalogChange change = ChangeOf(view, std::move(cluster));
  if (!fields.agent_pool_id.has_value() || *fields.agent_pool_id == bound) return change;
  if (!bound.empty()) {
    return MakeError(
        absl::StatusCode::kFailedPrecondition, Reason::kImmutableField,
        absl::StrCat(FormatVirtualClusterName(id), " is bound to ", FormatAgentPoolName(bound),
                     " permanently; omit agent_pool from the update, or create "
                     "another virtual cluster with the other pool"),
        {{"field", "agent_pool"}, {"virtual_cluster", id}, {"agent_pool", bound}});
  }
  ASSIGN_OR_RETURN(const auto pool, view.GetAgentPool(*fields.agent_pool_id));
  RETURN_IF_ERROR(Bind(view, *pool, now, change));
  return change;
}

absl::StatusOr<CatalogChange> ToDeleteVirtualCluster(const CatalogView& view, const std::string& id,
                                                     const PoolRegistrations& agents, bool force,
                                                     const std::string& etag, absl::Time now,
                                                     absl::Time expire_time) {
  ASSIGN_OR_RETURN(VirtualCluster cluster, FindNotDeleted(view, id, etag));
  if (id == kDefaultVirtualClusterId) {
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kDefaultResource,
                     absl::StrCat(FormatVirtualClusterName(id),
                                  " is the default virtual cluster and cannot be deleted"),
                     {{"virtual_cluster", id}});
  }
  if (cluster.deletion_protection) {
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kVirtualClusterProtected,
                     absl::StrCat(FormatVirtualClusterName(id),
                                  " is protected from deletion; set deletion_protection to "
                                  "false first"),
                     {{"virtual_cluster", id}});
  }
  if (!force && agents.not_dead > 0) return InUse(cluster, agents.not_dead);
  const std::string pool_id = cluster.agent_pool_id;
  cluster.update_time = now;
  cluster.delete_time = now;
  cluster.expire_time = expire_time;
  CatalogChange change = ChangeOf(view, std::move(cluster));
  // An agent that joins concurrently would otherwise be cut off without `force`.
  if (!force && !pool_id.empty()) {
    change.preconditions.push_back({JoinedKey(pool_id), agents.joined_revision});
  }
  return change;
}

absl::StatusOr<std::shared_ptr<const VirtualCluster>> FindDeleted(const CatalogView& view,
                                                                  const std::string& id,
                                                                  const std::string& etag) {
  const std::string name = FormatVirtualClusterName(id);
  ASSIGN_OR_RETURN(const auto found, view.GetVirtualCluster(name));
  RETURN_IF_ERROR(CheckEtag(name, etag, found->etag));
  if (found->deleted()) return found;
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kVirtualClusterNotDeleted,
                   absl::StrCat(name,
                                " is not deleted; it must be deleted before a purge, and needs no "
                                "undelete"),
                   {{"virtual_cluster", id}});
}

CatalogChange ToUndeleteVirtualCluster(const CatalogView& view, const VirtualCluster& deleted,
                                       absl::Time now) {
  VirtualCluster cluster = deleted;
  cluster.update_time = now;
  cluster.delete_time.reset();
  cluster.expire_time.reset();
  return ChangeOf(view, std::move(cluster));
}

CatalogChange ToPurgeVirtualCluster(const CatalogView& view, const VirtualCluster& cluster,
                                    absl::Time now) {
  CatalogChange change;
  change.preconditions.push_back(
      {VirtualClusterKey(cluster.id), view.VirtualClusterRevision(cluster.id)});
  change.removed_virtual_clusters.push_back(cluster.id);
  const auto bound = view.FindAgentPool(cluster.agent_pool_id);
  if (bound != nullptr) {
    AgentPool pool = *bound;
    pool.virtual_cluster_ids.clear();
    pool.update_time = now;
    change.preconditions.push_back({AgentPoolKey(pool.id), view.AgentPoolRevision(pool.id)});
    change.agent_pools.push_back(std::move(pool));
  }
  return change;
}

}  // namespace bellwether

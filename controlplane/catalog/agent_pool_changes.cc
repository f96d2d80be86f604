#include "controlplane/catalog/agent_pool_changes.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/catalog/catalog_errors.h"
#include "controlplane/catalog/keys.h"
#include "controlplane/catalog/uid.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"
#include "controlplane/model/resource_name.h"

namespace bellwether {
namespace {

// A change of one pool that fails if another writer changes the pool first.
CatalogChange ChangeOf(const CatalogView& view, AgentPool pool) {
  CatalogChange change;
  change.preconditions.push_back({AgentPoolKey(pool.id), view.AgentPoolRevision(pool.id)});
  change.agent_pools.push_back(std::move(pool));
  return change;
}

absl::Status Validate(const AgentPoolFields& fields) {
  if (fields.display_name.has_value()) {
    RETURN_IF_ERROR(ValidateDisplayName(*fields.display_name));
  }
  return fields.labels.has_value() ? ValidateLabels(*fields.labels) : absl::OkStatus();
}

void SetFields(const AgentPoolFields& fields, AgentPool& pool) {
  if (fields.display_name.has_value()) pool.display_name = *fields.display_name;
  if (fields.labels.has_value()) pool.labels = *fields.labels;
  if (fields.redirects_disabled.has_value()) pool.redirects_disabled = *fields.redirects_disabled;
}

absl::StatusOr<AgentPool> Find(const CatalogView& view, const std::string& id,
                               const std::string& etag) {
  ASSIGN_OR_RETURN(const auto pool, view.GetAgentPool(id));
  RETURN_IF_ERROR(CheckEtag(FormatAgentPoolName(id), etag, pool->etag));
  return *pool;
}

absl::Status InUse(const AgentPool& pool, size_t agents) {
  std::string message = FormatAgentPoolName(pool.id);
  std::map<std::string, std::string> metadata = {{"agent_pool", pool.id},
                                                 {"agents", absl::StrCat(agents)}};
  if (!pool.virtual_cluster_ids.empty()) {
    const std::string& cluster = pool.virtual_cluster_ids.front();
    absl::StrAppend(&message, " is bound to ", FormatVirtualClusterName(cluster), " and");
    metadata["virtual_cluster"] = cluster;
  }
  absl::StrAppend(&message, " has ", agents,
                  agents == 1 ? " registered agent" : " registered agents",
                  "; set force to delete it all the same");
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kAgentPoolInUse, message,
                   metadata);
}

}  // namespace

absl::StatusOr<AgentPool> NewAgentPool(const CatalogView& view, const std::string& id,
                                       absl::Time now, Random& random) {
  if (view.agent_pool_count() >= kMaxAgentPools) {
    return TooMany("agent pools", kMaxAgentPools, "delete one that is not used");
  }
  AgentPool pool;
  pool.id = id;
  pool.uid = MakeUid(kAgentPoolUidPrefix, random);
  pool.create_time = now;
  pool.update_time = now;
  return pool;
}

absl::StatusOr<CatalogChange> ToCreateAgentPool(const CatalogView& view, const std::string& id,
                                                const AgentPoolFields& fields, absl::Time now,
                                                Random& random) {
  RETURN_IF_ERROR(ValidateResourceId("agent_pool_id", id));
  RETURN_IF_ERROR(Validate(fields));
  if (view.FindAgentPool(id) != nullptr) {
    return MakeError(absl::StatusCode::kAlreadyExists, Reason::kAgentPoolAlreadyExists,
                     absl::StrCat(FormatAgentPoolName(id),
                                  " already exists; choose another agent_pool_id, or update this "
                                  "pool"),
                     {{"agent_pool", id}});
  }
  ASSIGN_OR_RETURN(AgentPool pool, NewAgentPool(view, id, now, random));
  SetFields(fields, pool);
  return ChangeOf(view, std::move(pool));
}

absl::StatusOr<CatalogChange> ToUpdateAgentPool(const CatalogView& view, const std::string& id,
                                                const AgentPoolFields& fields,
                                                const std::string& etag, absl::Time now) {
  RETURN_IF_ERROR(Validate(fields));
  ASSIGN_OR_RETURN(AgentPool pool, Find(view, id, etag));
  SetFields(fields, pool);
  pool.update_time = now;
  return ChangeOf(view, std::move(pool));
}

absl::StatusOr<CatalogChange> ToDeleteAgentPool(const CatalogView& view, const std::string& id,
                                                const PoolRegistrations& registrations, bool force,
                                                const std::string& etag, absl::Time now) {
  ASSIGN_OR_RETURN(const AgentPool pool, Find(view, id, etag));
  if (id == kDefaultAgentPoolId) {
    return MakeError(
        absl::StatusCode::kFailedPrecondition, Reason::kDefaultResource,
        absl::StrCat(FormatAgentPoolName(id), " is the default agent pool and cannot be deleted"),
        {{"agent_pool", id}});
  }
  if (!force && (!pool.virtual_cluster_ids.empty() || !registrations.keys.empty())) {
    return InUse(pool, registrations.keys.size());
  }
  CatalogChange change;
  change.preconditions.push_back({AgentPoolKey(id), view.AgentPoolRevision(id)});
  change.removed_agent_pools.push_back(id);
  for (const std::string& cluster_id : pool.virtual_cluster_ids) {
    const auto bound = view.FindVirtualCluster(FormatVirtualClusterName(cluster_id));
    if (bound == nullptr) continue;
    VirtualCluster cluster = *bound;
    cluster.agent_pool_id.clear();
    cluster.update_time = now;
    change.preconditions.push_back(
        {VirtualClusterKey(cluster_id), view.VirtualClusterRevision(cluster_id)});
    change.virtual_clusters.push_back(std::move(cluster));
  }
  // An agent that joins meanwhile would be left without a pool.
  change.preconditions.push_back({JoinedKey(id), registrations.joined_revision});
  change.other_mutations.push_back({JoinedKey(id), std::nullopt});
  change.other_mutations.push_back({PlanKey(id), std::nullopt});
  for (const std::string& key : registrations.keys) {
    change.other_mutations.push_back({key, std::nullopt});
  }
  return change;
}

}  // namespace bellwether

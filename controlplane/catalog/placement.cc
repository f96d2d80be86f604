#include "controlplane/catalog/placement.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/catalog/catalog_errors.h"
#include "controlplane/model/error.h"
#include "controlplane/model/resource_name.h"

namespace bellwether {
namespace {

// "virtualClusters/orders works with agentPools/apn_orders; set -agentPoolName=apn_orders".
std::string RightPool(const VirtualCluster& cluster) {
  const std::string name = FormatVirtualClusterName(cluster.id);
  if (cluster.agent_pool_id.empty()) {
    return absl::StrCat(name,
                        " works with no agent pool; bind one by updating its agent_pool, and set "
                        "-agentPoolName to it");
  }
  return absl::StrCat(name, " works with ", FormatAgentPoolName(cluster.agent_pool_id),
                      "; set -agentPoolName=", cluster.agent_pool_id);
}

absl::Status UnknownPool(absl::string_view pool_id, const VirtualCluster& cluster) {
  return MakeError(
      absl::StatusCode::kNotFound, Reason::kAgentPoolNotFound,
      absl::StrCat("agentPools/", Excerpt(pool_id), " does not exist; ", RightPool(cluster)),
      {{"agent_pool", Excerpt(pool_id)},
       {"virtual_cluster", cluster.id},
       {"right_agent_pool", cluster.agent_pool_id}});
}

absl::Status Mismatch(const AgentPool& pool, const VirtualCluster& cluster) {
  const std::string works_for = pool.virtual_cluster_ids.empty()
                                    ? "no virtual cluster"
                                    : FormatVirtualClusterName(pool.virtual_cluster_ids.front());
  std::map<std::string, std::string> metadata = {{"agent_pool", pool.id},
                                                 {"virtual_cluster", cluster.id},
                                                 {"right_agent_pool", cluster.agent_pool_id}};
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kAgentPoolMismatch,
                   absl::StrCat(FormatAgentPoolName(pool.id), " is bound to ", works_for, ", but ",
                                RightPool(cluster)),
                   metadata);
}

}  // namespace

absl::StatusOr<Placement> Place(const CatalogView& view, const std::string& agent_pool,
                                const std::string& virtual_cluster) {
  const std::string pool_id(agent_pool.empty() ? kDefaultAgentPoolId
                                               : StripAgentPoolCollection(agent_pool));
  if (virtual_cluster.empty()) {
    ASSIGN_OR_RETURN(auto cluster, view.ClusterOfPool(pool_id));
    return Placement{view.FindAgentPool(pool_id), std::move(cluster)};
  }
  ASSIGN_OR_RETURN(auto cluster, view.UsableVirtualCluster(virtual_cluster));
  auto pool = view.FindAgentPool(pool_id);
  if (pool == nullptr) return UnknownPool(pool_id, *cluster);
  if (cluster->agent_pool_id != pool->id) return Mismatch(*pool, *cluster);
  return Placement{std::move(pool), std::move(cluster)};
}

}  // namespace bellwether

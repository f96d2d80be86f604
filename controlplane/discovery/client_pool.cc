#include "controlplane/discovery/client_pool.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/catalog/catalog_errors.h"
#include "controlplane/model/error.h"
#include "controlplane/model/resource_name.h"

namespace bellwether {
namespace {

absl::Status NoLiveAgent(const VirtualCluster& cluster) {
  const std::string name = FormatVirtualClusterName(cluster.id);
  const std::string pool = FormatAgentPoolName(cluster.agent_pool_id);
  return MakeError(
      absl::StatusCode::kUnavailable, Reason::kNoLiveAgent,
      absl::StrCat(pool, ", the pool of ", name, ", has no live agent; start one and try again"),
      {{"agent_pool", pool}, {"virtual_cluster", name}});
}

}  // namespace

absl::StatusOr<ClientPool> FindClientPool(const AskingClient& client, const Catalog& catalog,
                                          PoolPlanners& planners) {
  ClientPool pool;
  ASSIGN_OR_RETURN(pool.cluster, catalog.View()->UsableVirtualCluster(client.virtual_cluster));
  if (pool.cluster->agent_pool_id.empty()) return HasNoAgentPool(*pool.cluster);
  pool.planner = planners.Find(pool.cluster->agent_pool_id);
  pool.snapshot = pool.planner->Current();
  return pool;
}

absl::Status CheckLiveAgent(const ClientPool& pool) {
  return pool.snapshot->view->candidates.empty() ? NoLiveAgent(*pool.cluster) : absl::OkStatus();
}

}  // namespace bellwether

#include "controlplane/discovery/leader_grounds.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/assignment/jump_order.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"
#include "controlplane/model/resource_name.h"

namespace bellwether {
namespace {

absl::Status Validate(const AskingClient& client) {
  if (client.client_id.size() > kMaxClientIdLength) {
    return LimitExceeded("client_id", "client_id", client.client_id.size(), kMaxClientIdLength,
                         "bytes");
  }
  if (client.client_address.size() > kMaxClientAddressLength) {
    return LimitExceeded("client_address", "client_address", client.client_address.size(),
                         kMaxClientAddressLength, "bytes");
  }
  return absl::OkStatus();
}

absl::Status NoLiveAgent(const VirtualCluster& cluster) {
  const std::string name = FormatVirtualClusterName(cluster.id);
  const std::string pool = FormatAgentPoolName(cluster.agent_pool_id);
  return MakeError(absl::StatusCode::kUnavailable, Reason::kNoLiveAgent,
                   absl::StrCat(pool, ", the pool of ", name,
                                ", has no live agent; start one there and ask again"),
                   {{"agent_pool", pool}, {"virtual_cluster", name}});
}

// Position of the agent in view.agents; nullopt if it is not there.
std::optional<uint32_t> PositionOf(absl::string_view agent_id, const PoolView& view) {
  if (agent_id.empty()) return std::nullopt;
  const auto at =
      std::lower_bound(view.agents.begin(), view.agents.end(), agent_id,
                       [](const std::shared_ptr<const ViewAgent>& agent, absl::string_view wanted) {
                         return agent->registration.spec.agent_id < wanted;
                       });
  if (at == view.agents.end() || (*at)->registration.spec.agent_id != agent_id) return std::nullopt;
  return static_cast<uint32_t>(at - view.agents.begin());
}

}  // namespace

StrategyChoice ChooseStrategy(const StrategyWishes& wishes) {
  if (wishes.client_id.has_value()) return {*wishes.client_id, StrategySource::kClientId};
  if (wishes.agent.has_value()) return {*wishes.agent, StrategySource::kAgent};
  if (wishes.virtual_cluster.has_value()) {
    return {*wishes.virtual_cluster, StrategySource::kVirtualCluster};
  }
  return {kSystemDefaultStrategy, StrategySource::kSystem};
}

absl::Status LimitExceeded(absl::string_view field, absl::string_view what, size_t is, size_t most,
                           absl::string_view unit) {
  return MakeError(absl::StatusCode::kInvalidArgument, Reason::kLimitExceeded,
                   absl::StrCat(what, " has ", is, " ", unit, ": at most ", most),
                   {{"field", std::string(field)}});
}

absl::StatusOr<ClientPool> FindClientPool(const AskingClient& client, const Catalog& catalog,
                                          PoolPlanners& planners) {
  RETURN_IF_ERROR(Validate(client));
  ClientPool pool;
  ASSIGN_OR_RETURN(pool.cluster, catalog.View()->UsableVirtualCluster(client.virtual_cluster));
  if (pool.cluster->agent_pool_id.empty()) {
    const std::string name = FormatVirtualClusterName(pool.cluster->id);
    return MakeError(
        absl::StatusCode::kFailedPrecondition, Reason::kVirtualClusterHasNoAgentPool,
        absl::StrCat(name, " has no agent pool; bind one to it with UpdateVirtualCluster"),
        {{"virtual_cluster", name}});
  }
  pool.planner = planners.Find(pool.cluster->agent_pool_id);
  pool.snapshot = pool.planner->Current();
  if (pool.snapshot->view->candidates.empty()) return NoLiveAgent(*pool.cluster);
  return pool;
}

LeaderGrounds FindGrounds(const AskingClient& client, const VirtualCluster& cluster,
                          const std::shared_ptr<const PoolSnapshot>& pool, MonotonicTime now) {
  LeaderGrounds grounds;
  grounds.features = ParseClientId(client.client_id, *pool->known_names);
  grounds.agents = ChooseAgents(pool, cluster, client.client_address, now, grounds.features);
  const PoolView& view = *pool->view;
  grounds.asked = PositionOf(client.agent_id, view);
  grounds.wishes.client_id = grounds.features.strategy;
  if (grounds.asked.has_value()) {
    grounds.wishes.agent = view.agents[*grounds.asked]->registration.spec.default_strategy;
  }
  grounds.wishes.virtual_cluster = cluster.default_strategy;
  grounds.strategy = ChooseStrategy(grounds.wishes);
  return grounds;
}

uint32_t FavouriteOf(uint64_t client_hash, const PoolView& view) {
  return *std::max_element(view.candidates.begin(), view.candidates.end(),
                           [&](uint32_t a, uint32_t b) {
                             return ClientScore(client_hash, 0, view.agents[a]->hash) <
                                    ClientScore(client_hash, 0, view.agents[b]->hash);
                           });
}

}  // namespace bellwether

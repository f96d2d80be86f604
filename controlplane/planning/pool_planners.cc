#include "controlplane/planning/pool_planners.h"

#include <optional>
#include <utility>

#include "controlplane/base/stable_hash.h"
#include "controlplane/base/status_macros.h"

namespace bellwether {

PoolPlanners::PoolPlanners(AgentRegistry& registry, const Clock& clock, int64_t first_version,
                           const PlanOptions& plan_options)
    : registry_(registry),
      clock_(clock),
      plan_options_(plan_options),
      first_version_(first_version) {}

std::shared_ptr<PoolPlanner> PoolPlanners::Find(absl::string_view agent_pool_id) {
  while (true) {
    if (std::shared_ptr<PoolPlanner> planner = planners_.Find(agent_pool_id)) return planner;
    const std::shared_ptr<PoolPlanner> planner = planners_.Insert(
        agent_pool_id, std::make_shared<PoolPlanner>(registry_.Pool(agent_pool_id), clock_,
                                                     first_version_.load(), plan_options_));
    // A pool that was removed meanwhile must not leave a planner of its old members behind.
    if (planner->members() != registry_.Pool(agent_pool_id)) {
      planners_.Erase(agent_pool_id, planner);
    }
  }
}

void PoolPlanners::Remove(absl::string_view agent_pool_id) {
  const std::shared_ptr<PoolPlanner> planner = planners_.Find(agent_pool_id);
  if (planner == nullptr) return;
  // A pool that is created again under that id continues with higher versions.
  const int64_t version = planner->Current()->view->version;
  int64_t first_version = first_version_.load();
  while (first_version < version && !first_version_.compare_exchange_weak(first_version, version)) {
  }
  planners_.Erase(agent_pool_id, planner);
}

void PoolPlanners::RunRound(const CatalogView& view) {
  for (const std::shared_ptr<PoolPlanner>& planner : planners_.All()) {
    // A pool without a virtual cluster has no partitions.
    const auto cluster = view.ClusterOfPool(planner->members()->agent_pool_id());
    if (cluster.ok()) planner->RunRound(StableHash((*cluster)->uid));
  }
}

absl::Status PoolPlanners::RestorePlans(const StoredPlans& stored) {
  ASSIGN_OR_RETURN(const std::vector<StoredPlanSet> all, stored.List());
  for (const StoredPlanSet& one : all) Find(one.agent_pool_id)->Restore(one.plans);
  return absl::OkStatus();
}

absl::Status PoolPlanners::StorePlans(StoredPlans& stored) {
  absl::Status result;
  for (const std::shared_ptr<PoolPlanner>& planner : planners_.All()) {
    std::optional<PlanSet> plans = planner->UnstoredPlans();
    if (!plans.has_value()) continue;
    const absl::Status status = stored.Put(planner->members()->agent_pool_id(), *plans);
    if (status.ok()) planner->NoteStored(*std::move(plans));
    result.Update(status);
  }
  return result;
}

}  // namespace bellwether

#ifndef CONTROLPLANE_PLANNING_POOL_PLANNERS_H_
#define CONTROLPLANE_PLANNING_POOL_PLANNERS_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "controlplane/assignment/plan_options.h"
#include "controlplane/base/clock.h"
#include "controlplane/catalog/catalog_view.h"
#include "controlplane/catalog/stored_plans.h"
#include "controlplane/membership/agent_registry.h"
#include "controlplane/membership/pool_map.h"
#include "controlplane/planning/pool_planner.h"

namespace bellwether {

// The planner of every pool. Thread-safe; Find takes no lock for a pool that was asked for before.
class PoolPlanners {
 public:
  // Every view has a version above `first_version`, which has to rise from start to start of the
  // control plane. `registry` and `clock` must outlive it.
  PoolPlanners(AgentRegistry& registry, const Clock& clock, int64_t first_version,
               const PlanOptions& plan_options = PlanOptions());

  // The planner of that pool; made by the first call. Never nullptr. Only for pools that exist:
  // each planner stays until Remove.
  std::shared_ptr<PoolPlanner> Find(absl::string_view agent_pool_id);
  // Forgets a deleted pool; call it after AgentRegistry::RemovePool.
  void Remove(absl::string_view agent_pool_id);

  // One balancing round for every pool that a virtual cluster of `view` uses. For a periodic task.
  void RunRound(const CatalogView& view);

  // Continues from the stored plans. For the start, before the first query. Returns errors of the
  // store.
  absl::Status RestorePlans(const StoredPlans& stored);
  // Stores the plans that have changed since they were last stored. For a periodic task, so that
  // leaders do not wait for the disk. Blocks on the store; the next call retries failures.
  absl::Status StorePlans(StoredPlans& stored);

  // Every planner, in unspecified order.
  std::vector<std::shared_ptr<PoolPlanner>> All() const { return planners_.All(); }

 private:
  AgentRegistry& registry_;
  const Clock& clock_;
  const PlanOptions plan_options_;
  // Rises when a pool is removed, so that no version repeats under the same id.
  std::atomic<int64_t> first_version_;
  PoolMap<PoolPlanner> planners_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_POOL_PLANNERS_H_

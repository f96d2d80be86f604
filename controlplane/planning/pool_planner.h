#ifndef CONTROLPLANE_PLANNING_POOL_PLANNER_H_
#define CONTROLPLANE_PLANNING_POOL_PLANNER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controlplane/assignment/plan_options.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"
#include "controlplane/base/published.h"
#include "controlplane/membership/pool_members.h"
#include "controlplane/membership/roster.h"
#include "controlplane/model/agent.h"
#include "controlplane/model/pool_view.h"
#include "controlplane/planning/plan_status.h"
#include "controlplane/planning/pool_plans.h"
#include "controlplane/planning/pool_queries.h"
#include "controlplane/planning/pool_snapshot.h"
#include "controlplane/planning/rate_meter.h"
#include "controlplane/planning/recent_names.h"

namespace bellwether {

// Keeps the published snapshot of one pool up to date.
//
// Thread-safe. Current takes no lock while the snapshot is valid: until an agent comes, goes or
// changes its state, or the next lease could have ended. Then the first caller makes the next
// snapshot. A snapshot without a change keeps its view, so each version stands for exactly one
// view. The plans of consistent_random_jump follow changes of their agents at once.
class PoolPlanner {
 public:
  // Views have versions above `first_version`. `clock` must outlive the planner.
  PoolPlanner(std::shared_ptr<PoolMembers> members, const Clock& clock, int64_t first_version,
              const PlanOptions& plan_options = PlanOptions());

  // The snapshot that is valid now. Never nullptr.
  std::shared_ptr<const PoolSnapshot> Current();
  // The last published snapshot, which may be outdated. For callers that only need its version,
  // such as heartbeats: 10 000 agents that join must not make a snapshot each.
  std::shared_ptr<const PoolSnapshot> Latest() const { return snapshot_.Get(); }

  // One balancing round of each plan with the agents' reports since the last; publishes changes as
  // a new version. `cluster_hash` is StableHash of the uid of the virtual cluster that uses the
  // pool. Takes O(partitions).
  void RunRound(uint64_t cluster_hash);
  // Of each plan, by zone; empty: the plan of the whole pool.
  std::map<std::string, PlanStatus> PlanStatuses();
  // The plans with their full state, for trying hypothetical changes. Takes O(partitions).
  PoolPlans CopyPlans();

  // Continues from stored plans. For the start, before the first query. REQUIRES: IsValidPlan of
  // each.
  void Restore(const PlanSet& plans);
  // The plans if they differ from the stored ones; nullopt if not, or if there is nothing to store.
  std::optional<PlanSet> UnstoredPlans();
  // Records that `plans` are stored now.
  void NoteStored(PlanSet plans);

  const std::shared_ptr<PoolMembers>& members() const { return members_; }

  // Counts of this pool's leader queries.
  PoolQueries& queries() { return queries_; }

 private:
  // Fills in the fields that depend on the plans and the view.
  void PrepareLookups(MonotonicTime now, PoolSnapshot& snapshot)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Publishes the state in `roster`, unless a later one is already published. If only time has
  // passed since the last snapshot, that one may stay published for a while although more time
  // changes something.
  void Publish(const Roster& roster);
  // The view of `roster`: `latest` itself if nothing differs.
  std::shared_ptr<const PoolView> NextView(const Roster& roster,
                                           const std::shared_ptr<const PoolView>& latest,
                                           MonotonicTime now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::shared_ptr<PoolMembers> members_;
  const Clock& clock_;
  const PlanOptions plan_options_;
  PoolQueries queries_;
  Published<PoolSnapshot> snapshot_;
  Mutex mutex_;
  // The registrations that the published view was made from, at the same positions.
  std::vector<std::shared_ptr<const Registration>> registrations_ ABSL_GUARDED_BY(mutex_);
  // When an agent of the pool last had each zone and group.
  RecentNames recent_zones_ ABSL_GUARDED_BY(mutex_);
  RecentNames recent_agent_groups_ ABSL_GUARDED_BY(mutex_);
  PoolPlans plans_ ABSL_GUARDED_BY(mutex_);
  RateMeter meter_ ABSL_GUARDED_BY(mutex_);
  // The stored plans; nullopt if none are stored.
  std::optional<PlanSet> stored_plans_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_POOL_PLANNER_H_

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
// Thread-safe. Current takes no lock while the snapshot is still true: until an agent comes, goes
// or changes its state, or the next lease could have ended. Then whoever asks first makes the next;
// a snapshot in which nothing changed keeps its view, so that a version is a picture. The plans of
// consistent_random_jump follow their agents at once.
class PoolPlanner {
 public:
  // Views have versions above `first_version`. `clock` must outlive the planner.
  PoolPlanner(std::shared_ptr<PoolMembers> members, const Clock& clock, int64_t first_version,
              const PlanOptions& plan_options = PlanOptions());

  // The snapshot that is true now. Never nullptr.
  std::shared_ptr<const PoolSnapshot> Current();
  // The one that was published last, which may have become outdated: for who only wants to tell
  // which it is, such as heartbeats, so that 10 000 agents that join do not each make a snapshot.
  std::shared_ptr<const PoolSnapshot> Latest() const { return snapshot_.Get(); }

  // One step of the plans with what the agents have reported since the last; publishes what that
  // changed as a new version. `cluster_hash` is StableHash of the uid of the virtual cluster that
  // uses the pool. Takes O(partitions).
  void RunRound(uint64_t cluster_hash);
  // Of each plan, by zone; empty: the pool's own.
  std::map<std::string, PlanStatus> PlanStatuses();
  // The plans with all that they were made from, to try something on. Takes O(partitions).
  PoolPlans CopyPlans();

  // Goes on from plans that were stored. For the start, before anybody asks. REQUIRES: IsValidPlan
  // of each.
  void Restore(const PlanSet& plans);
  // The plans, if there is or was something to store and they are not stored as they are.
  std::optional<PlanSet> UnstoredPlans();
  // Takes note that `plans` are what is stored now.
  void NoteStored(PlanSet plans);

  const std::shared_ptr<PoolMembers>& members() const { return members_; }

  // What became of the leader queries of this pool's clients.
  PoolQueries& queries() { return queries_; }

 private:
  // Fills in what follows from the plans and the view.
  void PrepareLookups(MonotonicTime now, PoolSnapshot& snapshot)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Publishes what `roster` shows, unless a later one is published already. If only time has passed
  // since the last, it stays for a while even if more time changes something.
  void Publish(const Roster& roster);
  // The view that `roster` shows: `latest` itself if that shows the same.
  std::shared_ptr<const PoolView> NextView(const Roster& roster,
                                           const std::shared_ptr<const PoolView>& latest,
                                           MonotonicTime now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::shared_ptr<PoolMembers> members_;
  const Clock& clock_;
  const PlanOptions plan_options_;
  PoolQueries queries_;
  Published<PoolSnapshot> snapshot_;
  Mutex mutex_;
  // What the agents of the published view were made from, at the same positions.
  std::vector<std::shared_ptr<const Registration>> registrations_ ABSL_GUARDED_BY(mutex_);
  // When an agent of the pool last had these zones and groups.
  RecentNames recent_zones_ ABSL_GUARDED_BY(mutex_);
  RecentNames recent_agent_groups_ ABSL_GUARDED_BY(mutex_);
  PoolPlans plans_ ABSL_GUARDED_BY(mutex_);
  RateMeter meter_ ABSL_GUARDED_BY(mutex_);
  // What is stored; nullopt if nothing is.
  std::optional<PlanSet> stored_plans_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_POOL_PLANNER_H_

#ifndef CONTROLPLANE_PLANNING_POOL_PLANS_H_
#define CONTROLPLANE_PLANNING_POOL_PLANS_H_

#include <cstddef>
#include <map>
#include <string>

#include "controlplane/assignment/leader_view.h"
#include "controlplane/assignment/plan.h"
#include "controlplane/assignment/plan_options.h"
#include "controlplane/model/pool_view.h"
#include "controlplane/planning/plan_status.h"
#include "controlplane/planning/pool_plan.h"
#include "controlplane/planning/rate_meter.h"

namespace bellwether {

// All plans of one pool: one over all of its agents, and one for each zone whose clients bring
// traffic, over the agents there. Each plan moves only partitions that it leads itself, and treats
// the load of the other plans as background load.
//
// A zone gets its own plan with the first traffic that agents report for it, and keeps it as long
// as an agent is there. Without one, the pool's plan leads the zone's clients, among the zone's
// agents. Not thread-safe.
class PoolPlans {
 public:
  // The pool's plan leads the clients of any further zones, by name. The limit is needed because
  // agents choose the names of their zones.
  static constexpr size_t kMaxZonePlans = 64;

  explicit PoolPlans(const PlanOptions& options);

  // Continues from stored plans. REQUIRES: IsValidPlan of each.
  void Restore(const PlanSet& plans);

  // Applies arrivals and departures of agents.
  void SetAgents(const PoolView& view);
  // One balancing round of each plan with the measurements since the last. Returns whether a plan
  // changed.
  bool RunRound(const PoolView& view, const MeasurementsByZone& measurements);

  // Fills in the fields of `leaders` that depend on the plans. REQUIRES: it has a view.
  void MakeLookups(LeaderView& leaders);
  // Whether so many partitions have new traffic that lookups made now would be faster than the last
  // ones.
  bool OutgrewLookups() const;

  PlanSet plans() const;
  // The plan that leads the clients of that zone; empty: clients without a zone.
  const PoolPlan& For(const std::string& zone) const;
  // By zone; empty: the plan of the whole pool.
  std::map<std::string, PlanStatus> Statuses() const;

 private:
  const PlanOptions options_;
  PoolPlan whole_;
  std::map<std::string, PoolPlan> zones_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_POOL_PLANS_H_

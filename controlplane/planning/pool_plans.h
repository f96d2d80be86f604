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
// traffic, over the agents there. Each moves only what it leads itself, and takes what the others
// lead as given.
//
// A zone gets its own plan with the first traffic that agents report for it, and has it for as long
// as an agent is there; without one, its clients go by the pool's plan among its agents. Not
// thread-safe.
class PoolPlans {
 public:
  // Beyond this many zones of a pool, by name, clients of the others go by the pool's plan: an
  // agent may call its zone what it likes.
  static constexpr size_t kMaxZonePlans = 64;

  explicit PoolPlans(const PlanOptions& options);

  // Goes on from plans that were stored. REQUIRES: IsValidPlan of each.
  void Restore(const PlanSet& plans);

  // Takes in who came and who went.
  void SetAgents(const PoolView& view);
  // One step of each plan with what was measured since the last. Whether that changed one.
  bool RunRound(const PoolView& view, const MeasurementsByZone& measurements);

  // Fills in what of `leaders` follows from the plans. REQUIRES: it has a view.
  void MakeLookups(LeaderView& leaders);
  // Whether so much traffic is new that lookups made now would be quicker than the last ones.
  bool OutgrewLookups() const;

  PlanSet plans() const;
  // The plan that leads the clients of that zone; an empty one: those without a zone.
  const PoolPlan& For(const std::string& zone) const;
  // By zone; empty: the pool's own.
  std::map<std::string, PlanStatus> Statuses() const;

 private:
  const PlanOptions options_;
  PoolPlan whole_;
  std::map<std::string, PoolPlan> zones_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_POOL_PLANS_H_

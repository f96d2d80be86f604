#ifndef CONTROLPLANE_PLANNING_POOL_PLAN_H_
#define CONTROLPLANE_PLANNING_POOL_PLAN_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "controlplane/assignment/plan.h"
#include "controlplane/assignment/plan_input.h"
#include "controlplane/assignment/plan_lookup.h"
#include "controlplane/assignment/plan_options.h"
#include "controlplane/assignment/plan_report.h"
#include "controlplane/assignment/plan_state.h"
#include "controlplane/model/pool_view.h"
#include "controlplane/planning/plan_status.h"

namespace bellwether {

// One plan over a pool or a zone of it, with its agents and measurements, as it changes. Not
// thread-safe; the plans and lookups that it returns are immutable.
class PoolPlan {
 public:
  // Starts without agents: the first agents need no slow start. An empty zone is the whole pool.
  explicit PoolPlan(const PlanOptions& options, std::string zone = "");

  // Continues from a stored plan. REQUIRES: IsValidPlan(plan).
  void Restore(const Plan& plan);

  // Applies arrivals and departures of agents. Takes O(agents) if there were none.
  PlanReport SetAgents(const PoolView& view);
  // One balancing round with the measurements since the last; see RunBalancingRound.
  PlanReport RunRound(const PoolView& view, const Measurements& measurements);

  // Never nullptr. A different object only if the plan differs.
  const std::shared_ptr<const Plan>& plan() const { return plan_; }
  const PlanState& state() const { return state_; }

  // The plan prepared for lookups among the candidates of `view`: answers are positions in
  // view.agents.
  std::shared_ptr<const PlanLookup> MakeLookup(const PoolView& view);
  // Whether so many partitions have new traffic that a lookup made now would be faster than the
  // last one.
  bool OutgrewLookup() const;

  PlanStatus Status() const;

 private:
  void TakeIn(const PlanReport& report);

  const PlanOptions options_;
  const std::string zone_;
  PlanState state_;
  std::shared_ptr<const Plan> plan_ = std::make_shared<const Plan>();
  // nullptr before the first lookup.
  std::shared_ptr<const PreferredLeaderTable> preferred_leaders_;
  // The last lookup; nullptr before the first.
  std::shared_ptr<const PlanLookup> lookup_;
  // The agents that the plan includes, as last applied.
  std::vector<MemberInput> members_;
  std::array<uint64_t, kMoveCauseCount> moves_by_cause_ = {};
  uint64_t partitions_ignored_ = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_POOL_PLAN_H_

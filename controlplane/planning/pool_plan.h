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

// One plan over a pool, or over a zone of it, as it changes: with its agents, and with what is
// measured. Not thread-safe; the plans and lookups that it hands out never change.
class PoolPlan {
 public:
  // Begins without agents: the first to come need no ramp. An empty zone is the whole pool.
  explicit PoolPlan(const PlanOptions& options, std::string zone = "");

  // Goes on from a plan that was stored. REQUIRES: IsValidPlan(plan).
  void Restore(const Plan& plan);

  // Takes in who came and who went. Takes O(agents) if nobody did.
  PlanReport SetAgents(const PoolView& view);
  // One step with what was measured since the last; see RunBalancingRound.
  PlanReport RunRound(const PoolView& view, const Measurements& measurements);

  // Never nullptr. Another one only if the plan differs.
  const std::shared_ptr<const Plan>& plan() const { return plan_; }
  const PlanState& state() const { return state_; }

  // The plan made ready for naming leaders among the candidates of `view`: answers are positions in
  // view.agents.
  std::shared_ptr<const PlanLookup> MakeLookup(const PoolView& view);
  // Whether so much traffic is new that a lookup made now would be quicker than the last one.
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
  // The last one; nullptr before.
  std::shared_ptr<const PlanLookup> lookup_;
  // Whom the plan counts with, as they were last taken in.
  std::vector<MemberInput> members_;
  std::array<uint64_t, kMoveCauseCount> moves_by_cause_ = {};
  uint64_t partitions_ignored_ = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_POOL_PLAN_H_

#ifndef CONTROLPLANE_ASSIGNMENT_BALANCING_ROUND_H_
#define CONTROLPLANE_ASSIGNMENT_BALANCING_ROUND_H_

#include <vector>

#include "controlplane/assignment/plan_input.h"
#include "controlplane/assignment/plan_options.h"
#include "controlplane/assignment/plan_report.h"
#include "controlplane/assignment/plan_state.h"

namespace bellwether {

// Runs one balancing round of one plan: applies the measurements taken since the last round, lets
// agents join and leave, spreads hot partitions and consolidates cold ones, moves partitions off
// overloaded agents, and returns moved partitions to their preferred leaders where there is room.
// MakePlan(state) is the resulting plan; if the report says that nothing changed, it equals the
// plan before.
//
// The round works on the load that the plan itself assigned, never on the load that agents report:
// clients follow a new answer minutes later, and until then the reported load does not show the
// effect of a decision. The result depends only on the state and the other arguments, in whole
// numbers: replicas with equal inputs have bit-equal plans. Takes O(partitions + moves * sum of
// weights). REQUIRES: measurements.rates is in the form that SumRates makes.
PlanReport RunBalancingRound(const PlanOptions& options, const std::vector<MemberInput>& members,
                             const Measurements& measurements, PlanState& state);

// Builds a plan from nothing for traffic that is already known: every partition on its preferred
// leader, hot partitions on as many agents of their preference list as they need, then rebalanced
// until every agent is near the mean.
PlanState BuildPlan(const PlanOptions& options, const std::vector<MemberInput>& members,
                    const Measurements& measurements, PlanReport& report);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_BALANCING_ROUND_H_

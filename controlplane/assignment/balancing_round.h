#ifndef CONTROLPLANE_ASSIGNMENT_BALANCING_ROUND_H_
#define CONTROLPLANE_ASSIGNMENT_BALANCING_ROUND_H_

#include <vector>

#include "controlplane/assignment/plan_input.h"
#include "controlplane/assignment/plan_options.h"
#include "controlplane/assignment/plan_report.h"
#include "controlplane/assignment/plan_state.h"

namespace bellwether {

// One step of the plan of one pool: takes in what was measured since the last step, lets agents
// join and leave, spreads hot partitions and draws cold ones together, relieves agents that have
// too much, and sends home what can go. MakePlan(state) is the plan after it; if the report says
// that nothing changed it is the plan from before.
//
// It steers on the load that it assigned itself, never on what agents say of their load: clients
// follow a new answer minutes later, and till then reported load says nothing about what was
// decided. A function of the state and the other arguments alone, in whole numbers: replicas that
// are fed the same have bit-equal plans. Takes O(partitions + moves * sum of weights). REQUIRES:
// measurements.rates is as SumRates leaves it.
PlanReport RunBalancingRound(const PlanOptions& options, const std::vector<MemberInput>& members,
                             const Measurements& measurements, PlanState& state);

// A plan from nothing, for traffic that is known already: everybody at home, hot partitions on as
// many agents of their order as they need, then relieved until everybody is near the mean.
PlanState BuildPlan(const PlanOptions& options, const std::vector<MemberInput>& members,
                    const Measurements& measurements, PlanReport& report);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_BALANCING_ROUND_H_

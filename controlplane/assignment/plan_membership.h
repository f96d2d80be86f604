#ifndef CONTROLPLANE_ASSIGNMENT_PLAN_MEMBERSHIP_H_
#define CONTROLPLANE_ASSIGNMENT_PLAN_MEMBERSHIP_H_

#include <vector>

#include "controlplane/assignment/balance.h"
#include "controlplane/assignment/plan_input.h"
#include "controlplane/assignment/plan_options.h"
#include "controlplane/assignment/plan_report.h"
#include "controlplane/assignment/plan_state.h"

namespace bellwether {

// Makes the plan include `members`, given in any order, and reports what that moved.
//
// - A new agent takes the pieces that prefer it to their leader, the heaviest first, as far as it
//   has room: up to the first step of its slow start now, the further steps in the rounds that
//   follow. The agents of a first plan need no slow start.
// - A missing agent leaves: its pieces go to the next agents in their preference lists that have
//   room.
// - While a reserved agent restarts, other agents take its pieces over. They return with the agent;
//   after PlanOptions::reserved_rounds it leaves the plan instead, which moves nothing more.
//   Reserved agents that are not in the plan are ignored.
// - An agent whose weight grew takes the pieces that now prefer it; one whose weight fell gives up
//   the pieces that now prefer another.
//
// Nothing else moves. If no member serves, the plan stays as it is: the last agent of a pool is
// never taken out of its plan. Takes O(partitions) if something changed.
PlanReport ApplyMembership(const PlanOptions& options, const std::vector<MemberInput>& members,
                           PlanState& state);

// Advances the slow start of each new agent by one step; called once a balancing round.
void ContinueSlowStarts(const PlanOptions& options, PlanState& state, PlanReport& report);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_PLAN_MEMBERSHIP_H_

#ifndef CONTROLPLANE_ASSIGNMENT_PLAN_MEMBERSHIP_H_
#define CONTROLPLANE_ASSIGNMENT_PLAN_MEMBERSHIP_H_

#include <vector>

#include "controlplane/assignment/balance.h"
#include "controlplane/assignment/plan_input.h"
#include "controlplane/assignment/plan_options.h"
#include "controlplane/assignment/plan_report.h"
#include "controlplane/assignment/plan_state.h"

namespace bellwether {

// Makes the plan count with `members`, in any order, and says what that moved.
//
// - Who is new takes the pieces that like it better than their leader, the heaviest first, as far
//   as it has room: in the first step of its ramp now, the further ones in the ticks that follow.
//   The agents of a first plan need no ramp.
// - Who is missing leaves: its pieces go to the next in their jump orders that have room.
// - Who is reserved lends its pieces until it is back, or leaves after
//   PlanOptions::reserved_rounds, which moves nothing more. Reserved strangers are ignored.
// - Whose weight changed takes or gives what likes it better or less than before.
//
// Nothing else moves. If no member serves, the plan stays as it is: the last agent of a pool is
// never taken out of its plan. Takes O(partitions) if something changed. Pure but for `state`.
PlanReport ApplyMembership(const PlanOptions& options, const std::vector<MemberInput>& members,
                           PlanState& state);

// The next step of each newcomer's ramp; for the tick.
void ContinueSlowStarts(const PlanOptions& options, PlanState& state, PlanReport& report);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_PLAN_MEMBERSHIP_H_

#ifndef CONTROLPLANE_ASSIGNMENT_WEIGHT_CORRECTION_H_
#define CONTROLPLANE_ASSIGNMENT_WEIGHT_CORRECTION_H_

#include <vector>

#include "controlplane/assignment/balance.h"
#include "controlplane/assignment/plan_input.h"

namespace bellwether {

// Finds agents whose weight is wrong: what they say of their utilisation, for the load that they
// were assigned and the weight that they have, is far from the pool's median for long. Sets
// PlanSlot::next_correction, one unit at a time and only where that brings them nearer; the next
// ApplyMembership moves what follows. The only way in which reported load enters a plan: slow, and
// by the ratio between agents, so that clients that have not followed yet do not matter. Newcomers
// on their ramp and agents without a report are left alone. Pure but for the balance's state and
// report.
void CorrectWeights(Balance& balance, const std::vector<AgentMeasurement>& measurements);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_WEIGHT_CORRECTION_H_

#ifndef CONTROLPLANE_ASSIGNMENT_WEIGHT_CORRECTION_H_
#define CONTROLPLANE_ASSIGNMENT_WEIGHT_CORRECTION_H_

#include <vector>

#include "controlplane/assignment/balance.h"
#include "controlplane/assignment/plan_input.h"

namespace bellwether {

// Finds agents with a wrong weight: their reported utilisation, relative to their assigned load and
// weight, is far from the pool's median for long. Sets PlanSlot::next_correction, one unit at a
// time and only where that brings an agent nearer to the median; the next ApplyMembership makes the
// resulting moves. This is the only way in which reported load enters a plan. It is slow and uses
// the ratio between agents, so clients that have not followed a move yet do not matter. Agents in
// slow start and agents without a report are left alone.
void CorrectWeights(Balance& balance, const std::vector<AgentMeasurement>& measurements);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_WEIGHT_CORRECTION_H_

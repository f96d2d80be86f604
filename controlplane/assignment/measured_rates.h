#ifndef CONTROLPLANE_ASSIGNMENT_MEASURED_RATES_H_
#define CONTROLPLANE_ASSIGNMENT_MEASURED_RATES_H_

#include "controlplane/assignment/plan_input.h"
#include "controlplane/assignment/plan_options.h"
#include "controlplane/assignment/plan_report.h"
#include "controlplane/assignment/plan_state.h"

namespace bellwether {

// One step of the exponentially weighted average from `average` towards `measured`; it arrives to
// within a few units of Load. Pure.
Load Smooth(Load average, Load measured, uint64_t permille);

// Smooths the measurements into the rates of the partitions and the base loads of the agents.
// Partitions that are new begin at their homes; those that have neither traffic nor an exception
// are forgotten. Takes O(partitions). REQUIRES: measurements.rates is as SumRates leaves it. Pure
// but for `state` and `report`.
void AbsorbRates(const PlanOptions& options, const Measurements& measurements, PlanState& state,
                 PlanReport& report);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_MEASURED_RATES_H_

#ifndef CONTROLPLANE_ASSIGNMENT_MEASURED_RATES_H_
#define CONTROLPLANE_ASSIGNMENT_MEASURED_RATES_H_

#include "controlplane/assignment/plan_input.h"
#include "controlplane/assignment/plan_options.h"
#include "controlplane/assignment/plan_report.h"
#include "controlplane/assignment/plan_state.h"

namespace bellwether {

// One step of the exponentially weighted average from `average` towards `measured`; it converges to
// within a few units of Load.
Load Smooth(Load average, Load measured, uint64_t permille);

// Smooths the measurements into the rates of the partitions and the background load of the agents.
// New partitions begin at their preferred leaders; partitions with neither traffic nor an override
// are forgotten. Takes O(partitions). REQUIRES: measurements.rates is in the form that SumRates
// makes.
void AbsorbRates(const PlanOptions& options, const Measurements& measurements, PlanState& state,
                 PlanReport& report);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_MEASURED_RATES_H_

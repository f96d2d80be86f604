#ifndef CONTROLPLANE_PLANNING_RATE_METER_H_
#define CONTROLPLANE_PLANNING_RATE_METER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "controlplane/assignment/plan.h"
#include "controlplane/assignment/plan_input.h"
#include "controlplane/membership/roster.h"
#include "controlplane/model/load.h"

namespace bellwether {

// The input of each plan of a pool, by zone; empty: the plan of the whole pool.
using MeasurementsByZone = std::map<std::string, Measurements>;

// Turns the reports of one pool's agents into the measurements for its plans. A byte written counts
// as one and a byte fetched as a half, since it is not stored again. Not thread-safe.
class RateMeter {
 public:
  // The measurements since the last call, for the pool's own plan and for each zone that has an
  // agent. An agent that has not reported since then is late: its earlier report may still hold, so
  // its partitions are marked incomplete. For each plan, the background load of an agent is all the
  // traffic that another plan, or none, has led there. `cluster_hash` is StableHash of the virtual
  // cluster's uid. Takes O(rates * log(rates)).
  MeasurementsByZone Measure(const Roster& roster, uint64_t cluster_hash, const PlanSet& plans);

 private:
  // By agent id: its latest report at the last call.
  absl::flat_hash_map<std::string, std::shared_ptr<const LoadReport>> last_reports_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_RATE_METER_H_

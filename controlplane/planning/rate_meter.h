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

// What each plan of a pool goes by, by zone; empty: the pool's own.
using MeasurementsByZone = std::map<std::string, Measurements>;

// Turns what the agents of one pool report into what its plans go by. A byte written counts one, a
// byte fetched a half: it is not stored again. Not thread-safe.
class RateMeter {
 public:
  // What was reported since the last call, for the pool's own plan and for each zone that has an
  // agent. An agent that has not reported since is late: what it reported before may still be true,
  // so its partitions are marked incomplete. To a plan, everything that an agent carries and
  // another plan or none has led there is base load. `cluster_hash` is StableHash of the virtual
  // cluster's uid. Takes O(rates * log(rates)).
  MeasurementsByZone Measure(const Roster& roster, uint64_t cluster_hash, const PlanSet& plans);

 private:
  // By agent id: its latest report at the last call.
  absl::flat_hash_map<std::string, std::shared_ptr<const LoadReport>> last_reports_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_RATE_METER_H_

#ifndef CONTROLPLANE_PLANNING_RATE_METER_H_
#define CONTROLPLANE_PLANNING_RATE_METER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "controlplane/assignment/plan.h"
#include "controlplane/assignment/plan_input.h"
#include "controlplane/membership/roster.h"
#include "controlplane/model/load.h"

namespace bellwether {

// Turns what the agents of one pool report into what its plan goes by. A byte written counts one, a
// byte fetched a half: it is not stored again. Not thread-safe.
class RateMeter {
 public:
  // What was reported since the last call. An agent that has not reported since is late: what it
  // reported before may still be true, so its partitions are marked incomplete. What an agent
  // carries beside the partitions that it names is its base load. `cluster_hash` is StableHash of
  // the virtual cluster's uid. Takes O(rates * log(rates)).
  Measurements Measure(const Roster& roster, uint64_t cluster_hash, const Plan& plan);

 private:
  // By agent id: its latest report at the last call.
  absl::flat_hash_map<std::string, std::shared_ptr<const LoadReport>> last_reports_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_RATE_METER_H_

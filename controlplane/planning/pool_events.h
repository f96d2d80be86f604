#ifndef CONTROLPLANE_PLANNING_POOL_EVENTS_H_
#define CONTROLPLANE_PLANNING_POOL_EVENTS_H_

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "controlplane/assignment/plan.h"
#include "controlplane/base/line_limiter.h"
#include "controlplane/model/pool_view.h"

namespace bellwether {

// Log lines for what happened in a pool between two looks at it. Their number is bounded, however
// much happened.

// Of this many agents or fewer that changed their states in the same way, each has a line; more
// have one line together. So many are examples there, and so many partitions in
// MovedPartitionsLines.
inline constexpr size_t kMaxExamples = 5;

// One line with its key for LimitedLog.
struct PoolEvent {
  std::string key;
  LogLine line;
};

// The agents whose states differ: "agent state changed", or "agents changed state" for many. Agents
// that came or went have lines where they register and leave. Pure.
std::vector<PoolEvent> StateChanges(const PoolView& before, const PoolView& after);

// How many partitions were moved, at the positions of MoveCause.
using MoveCounts = std::array<uint64_t, kMoveCauseCount>;

// What became of partitions of one plan: "partitions moved" with the number for each cause, and
// examples; nothing if none was. `moved` counts the moves between the two plans. `view` has the
// names of the agents, `partition_name` says what a partition is called by its hash. `zone` is that
// of the plan; empty: the pool's own. Pure.
std::vector<LogLine> MovedPartitions(const PoolView& view, absl::string_view zone,
                                     const Plan& before, const Plan& after, const MoveCounts& moved,
                                     const std::function<std::string(uint64_t)>& partition_name);

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_POOL_EVENTS_H_

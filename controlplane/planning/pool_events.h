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

// Log lines for the changes in a pool between two points in time. Their number is bounded, however
// much changed.

// Up to this many agents with the same change of state have a line each; more have one line
// together, with this many as examples. MovedPartitions has this many partitions as examples.
inline constexpr size_t kMaxExamples = 5;

// One line, with its key for LimitedLog.
struct PoolEvent {
  std::string key;
  LogLine line;
};

// The agents whose states differ: "agent state changed", or "agents changed state" for many. Agents
// that came or went are left out; their registration and departure have log lines.
std::vector<PoolEvent> StateChanges(const PoolView& before, const PoolView& after);

// How many partitions were moved, by MoveCause.
using MoveCounts = std::array<uint64_t, kMoveCauseCount>;

// The changes of one plan: "partitions moved" with the number for each cause, and examples; nothing
// if no partition was moved. `moved` counts the moves between the two plans. `view` has the names
// of the agents; `partition_name` returns a partition's name for its hash. `zone` is the plan's
// zone; empty: the plan of the whole pool.
std::vector<LogLine> MovedPartitions(const PoolView& view, absl::string_view zone,
                                     const Plan& before, const Plan& after, const MoveCounts& moved,
                                     const std::function<std::string(uint64_t)>& partition_name);

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_POOL_EVENTS_H_

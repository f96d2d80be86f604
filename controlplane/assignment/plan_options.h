#ifndef CONTROLPLANE_ASSIGNMENT_PLAN_OPTIONS_H_
#define CONTROLPLANE_ASSIGNMENT_PLAN_OPTIONS_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace bellwether {

// The constants of consistent_random_jump. All are thousandths or whole numbers, so that replicas
// that compute with them agree to the last bit. Times are in balancing rounds, of 10 s by default.
// A "unit" is the load of an average agent.
struct PlanOptions {
  // The fraction of the distance to a new measurement that a rate moves in one round.
  uint64_t ewma_permille = 300;
  // How long the rates of a late agent keep their values.
  uint32_t late_rounds = 3;

  // Load is moved off an agent above upper * its fair share, down to target * its fair share. Both
  // limits have `slack` on top, so that a pool with hardly any traffic is left alone.
  uint64_t upper_permille = 1200;
  uint64_t target_permille = 1080;
  uint64_t slack_bytes_per_second = uint64_t{1} << 20;

  // A partition is spread if each of its leaders has more than `hot` units of its load, so that
  // each has at most `member` units. It is consolidated if each leader would have less than `cold`
  // units with one leader fewer.
  uint64_t hot_permille = 600;
  uint64_t member_permille = 500;
  uint64_t cold_permille = 300;
  uint32_t hot_rounds = 2;
  uint32_t cold_rounds = 60;
  uint64_t hot_min_bytes_per_second = uint64_t{4} << 20;

  // Load is moved off an agent after this many rounds in a row above its limit.
  uint32_t over_rounds = 3;
  // After this many moves in a round it is enough that the agent is below its upper limit, even if
  // it is above its target.
  uint32_t relief_moves = 16;
  // A moved piece stays for this long, unless its agent has more than `urgent` times its fair
  // share.
  uint32_t cooldown_rounds = 30;
  uint64_t urgent_permille = 1500;
  // A move to an agent above its target must leave that agent this many units below the load that
  // the source had.
  uint64_t gain_permille = 100;
  // Spreading and rebalancing stop when this much of the traffic has moved in a round.
  uint64_t budget_permille = 50;

  // A moved partition returns to its preferred leader after this many rounds, if there is room; at
  // most this much of the traffic and of the partitions returns in one round.
  uint32_t settled_rounds = 60;
  uint64_t return_traffic_permille = 10;
  uint64_t return_partitions_permille = 1;

  // A new agent's share grows by one part in this many in each round.
  uint32_t slow_start_rounds = 6;
  // How long the partitions of an agent that announced a restart are reserved for it.
  uint32_t reserved_rounds = 12;
  // How long after a restart of the control plane rates are too young to act on.
  uint32_t warm_up_rounds = 6;

  // A spread partition with fewer clients than this for each leader has them assigned; assigned
  // clients stay assigned until there are twice as many.
  uint64_t assign_clients_per_member = 8;
  // A partition hangs on a single client if one leader has more than this part of its load, and
  // more than 1.5 times its even share, for this long. That leader alone then leads it, and
  // spreading is tried again after `retry`.
  uint64_t lopsided_permille = 600;
  uint32_t lopsided_rounds = 90;
  uint32_t unsplittable_retry_rounds = 360;

  // An agent whose utilisation for each byte, times its weight, is further than this from the
  // pool's median for this long gets another weight, one unit at a time.
  bool correct_weights = false;
  uint64_t weight_tolerance_permille = 250;
  uint32_t capacity_rounds = 60;

  // Partitions beyond this number are ignored and counted.
  size_t max_partitions = size_t{1} << 19;
};

// Higher rates of one partition, and higher background loads of one agent, are capped at this
// value: sums over a pool then fit into 64 bits, eight of them after the binary point.
inline constexpr uint64_t kMaxPartitionBytesPerSecond = uint64_t{1} << 35;
inline constexpr uint64_t kMaxBaseBytesPerSecond = uint64_t{1} << 40;

// How many balancing rounds, one every `interval`, take `time` or longer. REQUIRES: interval > 0.
inline uint32_t RoundsIn(absl::Duration time, absl::Duration interval) {
  return static_cast<uint32_t>(std::clamp(std::ceil(absl::FDivDuration(time, interval)), 1.0, 1e9));
}

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_PLAN_OPTIONS_H_

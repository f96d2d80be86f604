#ifndef CONTROLPLANE_ASSIGNMENT_PLAN_OPTIONS_H_
#define CONTROLPLANE_ASSIGNMENT_PLAN_OPTIONS_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace bellwether {

// The constants of consistent_random_jump. Thousandths and whole numbers only: replicas that
// compute with these agree to the last bit. Times are in ticks, of 10 s by default. A "unit" is the
// load of an average agent.
struct PlanOptions {
  // How much of the distance to the new measurement a rate goes in one tick.
  uint64_t ewma_permille = 300;
  // A late agent's rates keep their values for so long.
  uint32_t late_rounds = 3;

  // An agent above upper * its fair share is relieved down to target * its fair share. Both have
  // `slack` on top, so that a pool with hardly any traffic is left alone.
  uint64_t upper_permille = 1200;
  uint64_t target_permille = 1080;
  uint64_t slack_bytes_per_second = uint64_t{1} << 20;

  // A partition of whose load each leader has more than `hot` units is spread so that each has
  // `member` units at most; one whose leaders, one fewer, would have less than `cold` is drawn
  // together.
  uint64_t hot_permille = 600;
  uint64_t member_permille = 500;
  uint64_t cold_permille = 300;
  uint32_t hot_rounds = 2;
  uint32_t cold_rounds = 60;
  uint64_t hot_min_bytes_per_second = uint64_t{4} << 20;

  // An agent is relieved after so many ticks above its bound.
  uint32_t over_rounds = 3;
  // After so many moves in a tick it is enough if it is below its bound, target or not.
  uint32_t relief_moves = 16;
  // What was moved stays for so long, unless its agent has more than `urgent` times its fair share.
  uint32_t cooldown_rounds = 30;
  uint64_t urgent_permille = 1500;
  // A move to an agent above its target must leave it so many units below what the source had.
  uint64_t gain_permille = 100;
  // Spreading and relieving stop when so much of the traffic has moved in a tick.
  uint64_t budget_permille = 50;

  // A displaced partition goes home after so many ticks where it is, if there is room; at most this
  // much of the traffic and of the partitions in one tick.
  uint32_t settled_rounds = 60;
  uint64_t return_traffic_permille = 10;
  uint64_t return_partitions_permille = 1;

  // A newcomer's share grows by one part in so many, each tick.
  uint32_t slow_start_rounds = 6;
  // The homes of an agent that said it would restart are kept for so long.
  uint32_t reserved_rounds = 12;
  // After a restart of the control plane, rates are too young to act on.
  uint32_t warm_up_rounds = 6;

  // Fewer clients than this for each leader of a spread partition are dealt out; those that are
  // dealt stay so until they are twice as many.
  uint64_t assign_clients_per_member = 8;
  // A partition of whose load one leader has more than this, or more than 1.5 times its even share,
  // for so long, hangs on a single client. It is led by that leader alone and tried again after
  // `retry`.
  uint64_t lopsided_permille = 600;
  uint32_t lopsided_rounds = 90;
  uint32_t unsplittable_retry_rounds = 360;

  // An agent whose utilisation for each byte, times its weight, is further than this from the
  // pool's median for so long is given another weight, one unit at a time.
  bool correct_weights = false;
  uint64_t weight_tolerance_permille = 250;
  uint32_t capacity_rounds = 60;

  // Partitions beyond so many are ignored and counted.
  size_t max_partitions = size_t{1} << 19;
};

// More than this of one partition, or beside the partitions of one agent, is counted as this much:
// sums over a pool then fit into 64 bits, eight of them behind the point.
inline constexpr uint64_t kMaxPartitionBytesPerSecond = uint64_t{1} << 35;
inline constexpr uint64_t kMaxBaseBytesPerSecond = uint64_t{1} << 40;

// How many steps of a plan, of which there is one every `interval`, take `time` or longer. Pure.
// REQUIRES: interval > 0.
inline uint32_t RoundsIn(absl::Duration time, absl::Duration interval) {
  return static_cast<uint32_t>(std::clamp(std::ceil(absl::FDivDuration(time, interval)), 1.0, 1e9));
}

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_PLAN_OPTIONS_H_

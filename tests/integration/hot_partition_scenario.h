#ifndef TESTS_INTEGRATION_HOT_PARTITION_SCENARIO_H_
#define TESTS_INTEGRATION_HOT_PARTITION_SCENARIO_H_

#include "absl/time/time.h"

namespace bellwether {

// Size and pace of the hot partition scenario.
struct HotPartitionScenario {
  // Between two steps of the plan. A partition comes together again after 60 steps of quiet.
  absl::Duration plan_interval;
  // Not longer than a step, or else every step finds agents that have not reported since the last.
  absl::Duration heartbeat_interval;
  // Of all producers together.
  double bytes_per_second = 0;
  // How many write to the hot partition. The hash deals them to its leaders: the fewer, the less
  // evenly.
  int hot_producers = 0;
};

// Runs the control plane, five reference agents, and real producers; the control plane and the
// agents are separate processes. One of 64 partitions gets 44 % of the bytes; the rest is spread
// evenly over the agents. Expects that the partition is detected and gets several leaders, that the
// agents then carry equal load, that no other partition moves, and that everything returns to the
// initial state once the partition has cooled down. Prints the load that each agent reported.
void RunHotPartitionScenario(const HotPartitionScenario& scenario);

}  // namespace bellwether

#endif  // TESTS_INTEGRATION_HOT_PARTITION_SCENARIO_H_

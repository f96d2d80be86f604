// The hot partition scenario at the pace of a small production cluster, to be run and watched by
// hand.

#include <gtest/gtest.h>

#include "tests/integration/hot_partition_scenario.h"

namespace bellwether {
namespace {

TEST(HotPartitionLive, RealTrafficIsSpreadAndComesTogetherAgain) {
  HotPartitionScenario scenario;
  scenario.plan_interval = absl::Seconds(2);
  scenario.heartbeat_interval = absl::Seconds(1);
  scenario.bytes_per_second = 20e6;
  scenario.hot_producers = 256;
  RunHotPartitionScenario(scenario);
}

}  // namespace
}  // namespace bellwether

// A short form of the hot partition scenario, for every change to pass.

#include <gtest/gtest.h>

#include "tests/integration/hot_partition_scenario.h"

namespace bellwether {
namespace {

TEST(HotPartitionLiveTest, RealTrafficIsSpreadAndComesTogetherAgain) {
  HotPartitionScenario scenario;
  scenario.plan_interval = absl::Milliseconds(500);
  scenario.heartbeat_interval = absl::Milliseconds(400);
  scenario.bytes_per_second = 5e6;
  scenario.hot_producers = 160;
  RunHotPartitionScenario(scenario);
}

}  // namespace
}  // namespace bellwether

// The comparison at its smallest, so that it can still be run when somebody wants to know.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "tests/support/process.h"

namespace bellwether {
namespace {

using ::testing::ContainsRegex;

TEST(CompareTest, EveryPartGivesFiguresOfTheFloorAndOurs) {
  const CommandResult result =
      RunCommand({getenv("COMPARE"), std::string("--bellwether=") + getenv("BELLWETHER"),
                  std::string("--floor=") + getenv("FLOOR"), "--etcd=", "--seconds=0.1",
                  "--rounds=1", "--connections=2", "--in_flight=2", "--agents=10",
                  "--start_virtual_clusters=20", "--largest=100"});
  EXPECT_EQ(result.status, 0) << result.output;
  for (const char* row : {"ResolveLeaders, 16 partitions", "ResolveLeaders, 1000 partitions",
                          "Heartbeat", "StreamHeartbeats"}) {
    for (const char* server : {"floor", "ours"}) {
      // Operations, and CPU time for each.
      EXPECT_THAT(result.output, ContainsRegex(std::string("\\| ") + row + " \\| " + server +
                                               " \\| [1-9][0-9]* \\| [1-9][0-9]*\\.[0-9] "));
    }
  }
  for (const char* listed : {"leaders alone", "all brokers"}) {
    EXPECT_THAT(result.output, ContainsRegex(std::string("16 partitions, 100 agents \\| ours, ") +
                                             listed + " \\| [1-9]"));
  }
  EXPECT_THAT(result.output, ContainsRegex("\\| ours \\| [0-9.]+ \\| [0-9.]+ \\|"));
  EXPECT_THAT(result.output, ContainsRegex("\\| ours, CreateVirtualCluster \\| [1-9][0-9]* \\|"));
  EXPECT_THAT(result.output, ContainsRegex("\\| start until ready \\| [1-9][0-9]* \\|"));
  EXPECT_THAT(result.output, ContainsRegex("\\| Heartbeat by agents \\| 100 agents \\| [1-9]"));
}

}  // namespace
}  // namespace bellwether

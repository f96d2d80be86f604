#include "tests/integration/kill_loop.h"

#include <gtest/gtest.h>

#include <iostream>

namespace bellwether {
namespace {

TEST(KillLoopTest, KilledAtAnyMomentNothingAcknowledgedIsMissingAndNothingIsHalfThere) {
  KillLoopOptions options;
  options.kills = 20;
  const KillLoopReport report = RunKillLoop(options);
  std::cout << report.kills << " kills, " << report.acknowledged << " acknowledged changes, "
            << report.in_doubt << " under way at a kill\n";
  EXPECT_EQ(report.kills, options.kills);
  // Each life of the control plane acknowledged something, and most died in the middle of a change.
  EXPECT_GE(report.acknowledged, report.kills - report.kills_at_start);
  EXPECT_GT(report.in_doubt, 0);
  EXPECT_EQ(report.lost, 0);
  EXPECT_EQ(report.half, 0);
  for (const std::string& finding : report.findings) ADD_FAILURE() << finding;
}

}  // namespace
}  // namespace bellwether

// Kills the control plane with SIGKILL repeatedly while admins write, and prints which changes were
// lost. The exit status is 1 if any were.

#include <iostream>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "gtest/gtest.h"
#include "tests/integration/kill_loop.h"

ABSL_FLAG(int32_t, kills, 200, "How often it is killed.");
ABSL_FLAG(uint64_t, seed, 1, "When, and what is changed.");

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage("Kills a control plane under load and counts what is lost.");
  absl::ParseCommandLine(argc, argv);
  // What the run uses reports its own trouble as failed expectations.
  testing::InitGoogleTest();
  bellwether::KillLoopOptions options;
  options.kills = absl::GetFlag(FLAGS_kills);
  options.seed = absl::GetFlag(FLAGS_seed);
  const bellwether::KillLoopReport report = bellwether::RunKillLoop(options);
  std::cout << "seed                   " << options.seed << "\n"
            << "kills                  " << report.kills << " (" << report.kills_at_start
            << " before it was ready)\n"
            << "acknowledged changes   " << report.acknowledged << "\n"
            << "under way at a kill    " << report.in_doubt << " (" << report.in_doubt_applied
            << " had happened)\n"
            << "lost changes           " << report.lost << "\n"
            << "half changes           " << report.half << "\n";
  for (const std::string& finding : report.findings) std::cout << "FOUND: " << finding << "\n";
  return report.holds() && report.kills == options.kills && report.acknowledged > 0 ? 0 : 1;
}

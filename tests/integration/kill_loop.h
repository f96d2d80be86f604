#ifndef TESTS_INTEGRATION_KILL_LOOP_H_
#define TESTS_INTEGRATION_KILL_LOOP_H_

#include <cstdint>
#include <string>
#include <vector>

namespace bellwether {

struct KillLoopOptions {
  int kills = 200;
  uint64_t seed = 1;
  // Callers at a time; each changes virtual clusters of its own.
  int writers = 6;
};

// What a run found. A guarantee is broken where `lost`, `half` or `findings` is not zero or empty.
struct KillLoopReport {
  int kills = 0;
  // Of the kills, those that met the control plane before it was ready.
  int kills_at_start = 0;
  int64_t acknowledged = 0;
  // Changes in flight at a kill, and how many of them had been made.
  int64_t in_doubt = 0;
  int64_t in_doubt_applied = 0;
  // Acknowledged changes that a restart did not show, or answered differently when repeated.
  int64_t lost = 0;
  // Changes that were made partly or twice, or were never requested.
  int64_t half = 0;
  // What is wrong, for people.
  std::vector<std::string> findings;

  bool holds() const { return lost == 0 && half == 0 && findings.empty(); }
};

// Runs the real control plane, kills it with SIGKILL repeatedly while admins change virtual
// clusters, and after each restart compares its state with the acknowledged changes. The seed
// determines the times of the kills and the changes. The Bazel target names the binary in
// BELLWETHER.
KillLoopReport RunKillLoop(const KillLoopOptions& options);

}  // namespace bellwether

#endif  // TESTS_INTEGRATION_KILL_LOOP_H_

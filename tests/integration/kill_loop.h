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
  // Changes under way at a kill, and how many of them had happened all the same.
  int64_t in_doubt = 0;
  int64_t in_doubt_applied = 0;
  // Acknowledged changes that a restart did not show, or answered differently when repeated.
  int64_t lost = 0;
  // Changes of which only a part was there, that happened twice, or that nobody asked for.
  int64_t half = 0;
  // What is wrong, for people.
  std::vector<std::string> findings;

  bool holds() const { return lost == 0 && half == 0 && findings.empty(); }
};

// Runs the real control plane, kills it with SIGKILL again and again while admins change virtual
// clusters, and after each restart compares what it knows with what was acknowledged. When it is
// killed, and what is changed, follows from the seed. The rule names the binary in BELLWETHER.
KillLoopReport RunKillLoop(const KillLoopOptions& options);

}  // namespace bellwether

#endif  // TESTS_INTEGRATION_KILL_LOOP_H_

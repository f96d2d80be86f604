#ifndef TESTS_SIMULATION_SCHEMES_H_
#define TESTS_SIMULATION_SCHEMES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

namespace bellwether {

// Ways of assigning partitions that the product does not use, to compare it with. Each is computed
// from nothing, from the agents and the rates of the moment.

enum class Scheme {
  // Jump consistent hash over the list of live agents (Lamping and Veach, 2014).
  kJumpHash,
  // Consistent hashing with 100 points for each agent (Karger et al., 1997).
  kRing,
  // Highest random weight (Thaler and Ravishankar, 1998).
  kRendezvous,
  // Consistent hashing with bounded loads (Mirrokni, Thorup and Zadimoghaddam, 2018): past full
  // agents along the ring.
  kBoundedRing,
  // Random jump consistent hashing (Chen, Coleman and Shrivastava, 2021): past full agents to
  // independent random ones.
  kRandomJump,
};
inline constexpr Scheme kSchemes[] = {Scheme::kJumpHash, Scheme::kRing, Scheme::kRendezvous,
                                      Scheme::kBoundedRing, Scheme::kRandomJump};
absl::string_view SchemeName(Scheme scheme);

// For each partition the position of its agent. The bounded ones let an agent have 1.25 times the
// mean; partitions are placed in the order of their hashes.
std::vector<size_t> Assign(Scheme scheme, const std::vector<uint64_t>& partitions,
                           const std::vector<double>& rates, const std::vector<uint64_t>& agents);

// What the random-jump paper measures: unit objects in bins of the capacity (1 + epsilon) * mean,
// one point on the ring for each bin.
struct BoundedBins {
  // Of the number of objects in a bin.
  double variance = 0;
  double full_percent = 0;
  // Bins looked at for one more object.
  double tries = 0;
  // Share of the objects that were placed when the first bin was full; 1 if none ever was.
  double first_full_after = 1;
};
BoundedBins FillBins(bool random_jump, size_t bins, size_t objects, double epsilon, uint64_t seed);

}  // namespace bellwether

#endif  // TESTS_SIMULATION_SCHEMES_H_

#ifndef CONTROLPLANE_BASE_STABLE_HASH_H_
#define CONTROLPLANE_BASE_STABLE_HASH_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace bellwether {

// Hashes that are the same in every process, on every machine and in every version, because they
// decide which agent leads a partition. absl::Hash and std::hash differ between processes. All
// arithmetic is modulo 2^64. Pure functions.

// Step of the splitmix64 generator: 2^64 divided by the golden ratio.
inline constexpr uint64_t kSplitMixIncrement = 0x9E3779B97F4A7C15;

// One step of splitmix64 from state `x`, the increment included (Steele, Lea and Flood, "Fast
// splittable pseudorandom number generators", OOPSLA 2014).
constexpr uint64_t Mix64(uint64_t x) {
  x += kSplitMixIncrement;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

// FNV-1a over the bytes of `text`, 64 bits (Fowler, Noll and Vo).
constexpr uint64_t Fnv1a64(absl::string_view text) {
  uint64_t hash = 0xCBF29CE484222325;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  }
  return hash;
}

// The hash of a name: FNV-1a, mixed because its bits are uneven.
constexpr uint64_t StableHash(absl::string_view text) { return Mix64(Fnv1a64(text)); }

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_STABLE_HASH_H_

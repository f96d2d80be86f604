#ifndef CONTROLPLANE_BASE_RANDOM_H_
#define CONTROLPLANE_BASE_RANDOM_H_

#include <atomic>
#include <cstdint>
#include <string>

namespace bellwether {

// Source of random numbers. Implementations are thread-safe.
class Random {
 public:
  virtual ~Random() = default;

  // 64 independent fair bits.
  virtual uint64_t Next64() = 0;

  // Uniform in [0, bound). REQUIRES: bound > 0.
  uint64_t Below(uint64_t bound);
  // Uniform in [0, 1).
  double Fraction();
  // `length` characters of [a-z2-7], 5 bits each; used for uids.
  std::string Base32(int length);
};

// Seeded from the operating system, with one generator per thread, so that threads neither wait for
// each other nor repeat each other's numbers. Suitable for choices, not for secrets.
class SystemRandom final : public Random {
 public:
  uint64_t Next64() override;
};

// Bits of the operating system's own generator, new for each call: suitable for secrets, too slow
// for the hot path. Ends the process if the system cannot provide any.
class OsRandom final : public Random {
 public:
  uint64_t Next64() override;
};

// Deterministic numbers for a seed: splitmix64 over a counter. For tests and simulations.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}
  uint64_t Next64() override;

 private:
  std::atomic<uint64_t> state_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_RANDOM_H_

#include "controlplane/base/random.h"

#include <sys/random.h>

#include <cerrno>
#include <cstdlib>
#include <random>

#include "absl/numeric/int128.h"
#include "controlplane/base/stable_hash.h"

namespace bellwether {

uint64_t Random::Below(uint64_t bound) {
  // Lemire's multiplication, without his rejection step: the bias is below bound / 2^64.
  return absl::Uint128High64(absl::uint128(Next64()) * bound);
}

double Random::Fraction() { return static_cast<double>(Next64() >> 11) * 0x1.0p-53; }

std::string Random::Base32(int length) {
  static constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  std::string text;
  uint64_t bits = 0;
  for (int i = 0; i < length; ++i) {
    if (i % 12 == 0) bits = Next64();
    text.push_back(kAlphabet[bits & 31]);
    bits >>= 5;
  }
  return text;
}

uint64_t SystemRandom::Next64() {
  thread_local std::mt19937_64 generator = [] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }();
  return generator();
}

uint64_t OsRandom::Next64() {
  uint64_t bits = 0;
  while (getrandom(&bits, sizeof(bits), 0) != static_cast<ssize_t>(sizeof(bits))) {
    // Any other error would repeat forever, and a guessable secret is worse than none.
    if (errno != EINTR) std::abort();
  }
  return bits;
}

uint64_t SeededRandom::Next64() { return Mix64(state_.fetch_add(kSplitMixIncrement)); }

}  // namespace bellwether

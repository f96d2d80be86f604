#include "controlplane/assignment/draw_cost.h"

#include <array>
#include <bit>
#include <cstddef>

namespace bellwether {
namespace {

constexpr int kIndexBits = 10;
constexpr int kLineBits = 30;
constexpr size_t kSteps = size_t{1} << kIndexBits;

// The first kCostFractionBits bits of the binary logarithm of mantissa / 2^63. Squaring doubles a
// logarithm, which brings its next bit before the point. The rounding errors of the squares affect
// no value of the table: the test compares it with values from exact arithmetic. REQUIRES: the
// first bit of `mantissa` is 1.
constexpr uint64_t LogOf(uint64_t mantissa) {
  uint64_t log = 0;
  for (int bit = 0; bit < kCostFractionBits; ++bit) {
    const unsigned __int128 square = static_cast<unsigned __int128>(mantissa) * mantissa;
    const auto is_two_or_more = static_cast<uint64_t>(square >> 127);
    log = log << 1 | is_two_or_more;
    mantissa = static_cast<uint64_t>(square >> (63 + is_two_or_more));
  }
  return log;
}

constexpr std::array<uint64_t, kSteps + 1> MakeLogs() {
  std::array<uint64_t, kSteps + 1> logs = {};
  for (size_t i = 0; i < kSteps; ++i) logs[i] = LogOf((kSteps + i) << (63 - kIndexBits));
  logs[kSteps] = uint64_t{1} << kCostFractionBits;
  return logs;
}

constexpr std::array<uint64_t, kSteps + 1> kLogs = MakeLogs();

}  // namespace

uint64_t DrawCost(uint64_t draw) {
  const uint64_t odd = draw | 1;
  const int zeros = std::countl_zero(odd);
  const uint64_t mantissa = odd << zeros;
  const size_t i = (mantissa >> (63 - kIndexBits)) & (kSteps - 1);
  const uint64_t along =
      (mantissa >> (63 - kIndexBits - kLineBits)) & ((uint64_t{1} << kLineBits) - 1);
  return (static_cast<uint64_t>(zeros + 1) << kCostFractionBits) - kLogs[i] -
         (((kLogs[i + 1] - kLogs[i]) * along) >> kLineBits);
}

}  // namespace bellwether

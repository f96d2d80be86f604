#ifndef CONTROLPLANE_ASSIGNMENT_DRAW_COST_H_
#define CONTROLPLANE_ASSIGNMENT_DRAW_COST_H_

#include <cstdint>

namespace bellwether {

inline constexpr int kCostFractionBits = 42;

// -log2(draw / 2^64), with kCostFractionBits bits after the point: the larger the draw, the lower
// the cost. In whole numbers alone, so that it is the same on every machine and in every language:
//
//   d = draw | 1, as 64 bits                    z = number of zero bits before its first 1
//   m = d << z                                  the bits of m, from the first: 1, then
//   i = the next 10 bits                        f = the next 30 bits; the others do not count
//   T(k) = floor(2^42 * log2(1 + k / 1024)) for k = 0 ... 1024
//   cost = ((z + 1) << 42) - T(i) - (((T(i + 1) - T(i)) * f) >> 30)
//
// It is at least 1 and at most 2^48, never falls when the draw falls, and no product needs more
// than 63 bits. Between the values of T it is a straight line, which is above the logarithm by less
// than 0.03 % of it; the bits that do not count add less than 8 / 2^42.
uint64_t DrawCost(uint64_t draw);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_DRAW_COST_H_

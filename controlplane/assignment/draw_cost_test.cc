#include "controlplane/assignment/draw_cost.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

#include "controlplane/base/stable_hash.h"

namespace bellwether {
namespace {

// A program in another language computed all values, with exact logarithms.
TEST(DrawCostTest, GoldenValuesStayForEver) {
  struct Golden {
    uint64_t draw;
    uint64_t cost;
  };
  constexpr Golden kGolden[] = {
      {0x0000000000000000, 281474976710656}, {0x0000000000000003, 274504237914129},
      {0x0000000100000000, 140737488353852}, {0x7fffffffffffffff, 4398046511107},
      {0x8000000000000000, 4398046511104},   {0xc000000000000000, 1825354225681},
      {0xffe0000000000000, 3098920644},      {0xffffffffffffffff, 3},
      {0xe220a8397b1dcdaf, 787280825350},    {0x910a2dec89025cc1, 3605058719361},
      {0x975835de1c9756ce, 3335069313766},   {0x1d0b14e4db018fed, 13809281865660},
  };
  for (const auto& [draw, cost] : kGolden) EXPECT_EQ(DrawCost(draw), cost) << draw;
}

TEST(DrawCostTest, GoldenSumsOfTheTableAndOfManyDrawsStayForEver) {
  uint64_t table = 0;
  for (uint64_t i = 0; i < 1'024; ++i) table = Mix64(table ^ DrawCost((1'024 + i) << 53));
  EXPECT_EQ(table, 0xd29e559a687df921);
  uint64_t many = 0;
  for (uint64_t i = 0; i < 10'000; ++i) many = Mix64(many ^ DrawCost(Mix64(i) >> (i % 64)));
  EXPECT_EQ(many, 0xb18c174a3c8b04dc);
}

TEST(DrawCostTest, NeverRisesWithTheDraw) {
  for (int bit = 16; bit < 64; ++bit) {
    // Around the powers of two, and around the next value of the table.
    for (const uint64_t edge : {uint64_t{1} << bit, uint64_t{1'025} << (bit - 10)}) {
      for (uint64_t i = 0; i < 64; ++i) {
        EXPECT_GE(DrawCost(edge - i - 1), DrawCost(edge - i)) << edge - i;
        EXPECT_GE(DrawCost(edge + i), DrawCost(edge + i + 1)) << edge + i;
      }
    }
  }
  for (uint64_t i = 0; i < 10'000; ++i) {
    const uint64_t draw = Mix64(i) >> (i % 64) | 1;
    EXPECT_GE(DrawCost(draw - 1), DrawCost(draw));
  }
}

TEST(DrawCostTest, IsTheLogarithm) {
  for (uint64_t i = 0; i < 10'000; ++i) {
    const uint64_t draw = Mix64(i) >> (i % 16);
    const double log = 64 - std::log2(static_cast<double>(draw));
    const double cost = static_cast<double>(DrawCost(draw)) / std::exp2(kCostFractionBits);
    EXPECT_NEAR(cost, log, log * 0.0003 + 1e-11) << draw;
  }
  // Where the logarithm of the draw is too near to 64 for a double.
  for (int bit = 24; bit < 54; ++bit) {
    const uint64_t rest = uint64_t{1} << bit;
    const double log = -std::log1p(-std::ldexp(1.0, bit - 64)) / std::log(2.0);
    const double cost = static_cast<double>(DrawCost(0 - rest)) / std::exp2(kCostFractionBits);
    EXPECT_NEAR(cost, log, log * 0.0003 + 2e-12) << bit;
  }
}

TEST(DrawCostTest, IsNeverNothing) {
  EXPECT_GT(DrawCost(~uint64_t{0}), 0u);
  EXPECT_EQ(DrawCost(0), uint64_t{64} << kCostFractionBits);
}

}  // namespace
}  // namespace bellwether

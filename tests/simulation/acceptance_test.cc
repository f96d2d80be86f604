#include "tests/simulation/acceptance.h"

#include <gtest/gtest.h>

#include <string>

namespace bellwether {
namespace {

// The acceptance table with fewer agents, shorter runs and two seeds.
class AcceptanceTest : public testing::TestWithParam<Row> {};

TEST_P(AcceptanceTest, HoldsItsBounds) {
  RunSize size;
  size.seeds = 2;
  size.brief = true;
  const std::vector<Figure> figures = GetParam().run(size);
  EXPECT_FALSE(figures.empty());
  for (const Figure& figure : figures) {
    EXPECT_TRUE(figure.holds()) << GetParam().id << " " << figure.what << ": " << figure.measured
                                << ", bound " << figure.bound << ", seed " << figure.seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, AcceptanceTest, testing::ValuesIn(AllRows()),
                         [](const testing::TestParamInfo<Row>& row) { return row.param.id; });

}  // namespace
}  // namespace bellwether

#ifndef TESTS_SIMULATION_ROWS_MIXED_H_
#define TESTS_SIMULATION_ROWS_MIXED_H_

#include <vector>

#include "tests/simulation/row.h"

namespace bellwether {

// Several deciders over the same agents: D1 and D2.
std::vector<Row> MixedRows();

}  // namespace bellwether

#endif  // TESTS_SIMULATION_ROWS_MIXED_H_

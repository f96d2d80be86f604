#ifndef TESTS_SIMULATION_ACCEPTANCE_H_
#define TESTS_SIMULATION_ACCEPTANCE_H_

#include <vector>

#include "tests/simulation/row.h"

namespace bellwether {

// Every row of the acceptance table. A file of rows is added here.
std::vector<Row> AllRows();

}  // namespace bellwether

#endif  // TESTS_SIMULATION_ACCEPTANCE_H_

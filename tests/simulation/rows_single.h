#ifndef TESTS_SIMULATION_ROWS_SINGLE_H_
#define TESTS_SIMULATION_ROWS_SINGLE_H_

#include <vector>

#include "tests/simulation/row.h"

namespace bellwether {

// single_agent: B1 to B8.
std::vector<Row> SingleRows();

// What changes with the agents and connections that the clients ask over: B9 to B14.
std::vector<Row> SingleAskedRows();

// What happens rarely: a newcomer's ramp, a slow agent, a zone with too much to do.
std::vector<Row> SingleEventRows();

}  // namespace bellwether

#endif  // TESTS_SIMULATION_ROWS_SINGLE_H_

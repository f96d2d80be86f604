#ifndef TESTS_SIMULATION_ROWS_JUMP_H_
#define TESTS_SIMULATION_ROWS_JUMP_H_

#include <vector>

#include "tests/simulation/row.h"

namespace bellwether {

// consistent_random_jump: A1 to A13, A15, C1. (A14 is timed: //tests/benchmark.)
std::vector<Row> JumpRows();

// What happens rarely: ramp, restarts, capacity correction, the live deal, other deciders over the
// same agents.
std::vector<Row> JumpEventRows();

}  // namespace bellwether

#endif  // TESTS_SIMULATION_ROWS_JUMP_H_

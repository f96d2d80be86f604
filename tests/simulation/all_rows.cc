#include "tests/simulation/acceptance.h"
#include "tests/simulation/rows_jump.h"

namespace bellwether {

std::vector<Row> AllRows() {
  std::vector<Row> all;
  for (const std::vector<Row>& rows : {JumpRows(), JumpEventRows()}) {
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}

}  // namespace bellwether

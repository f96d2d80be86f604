#include "tests/simulation/acceptance.h"
#include "tests/simulation/rows_jump.h"
#include "tests/simulation/rows_mixed.h"
#include "tests/simulation/rows_single.h"

namespace bellwether {

std::vector<Row> AllRows() {
  std::vector<Row> all;
  for (const std::vector<Row>& rows : {JumpRows(), SingleRows(), SingleAskedRows(), MixedRows(),
                                       JumpEventRows(), SingleEventRows()}) {
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}

}  // namespace bellwether

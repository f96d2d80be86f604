// Prints the acceptance table of the strategies: what was measured, what it has to be, with which
// seed, and what the first simulation of the specification gave. Exits with 1 where a bound is
// missed.

#include "tests/simulation/acceptance.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/str_format.h"

ABSL_FLAG(uint64_t, seed, 1, "The first seed.");
ABSL_FLAG(int32_t, seeds, 5, "How many seeds; the table shows the worst of them.");
ABSL_FLAG(bool, brief, false, "Fewer agents and shorter runs.");
ABSL_FLAG(std::vector<std::string>, rows, {}, "Only these rows, such as A1,A10.");

namespace bellwether {
namespace {

std::string MarginOf(const Figure& figure) {
  if (!figure.holds()) return "MISSED";
  if (figure.bound == 0) return "-";
  const double margin = (figure.bound - figure.measured) / figure.bound * 100;
  return absl::StrFormat("%.0f %%", figure.at_least ? -margin : margin);
}

// What the first simulation gave, and whether this is better.
std::string ReferenceOf(const Figure& figure) {
  if (std::isnan(figure.reference)) return "";
  return absl::StrFormat("%.4g%s", figure.reference, figure.improves() ? " +" : "  ");
}

int Main() {
  const std::vector<std::string> wanted = absl::GetFlag(FLAGS_rows);
  const RunSize size = {absl::GetFlag(FLAGS_seed), absl::GetFlag(FLAGS_seeds),
                        absl::GetFlag(FLAGS_brief)};
  int missed = 0;
  int figures = 0;
  int better = 0;
  for (const Row& row : AllRows()) {
    const bool is_wanted =
        wanted.empty() || std::find(wanted.begin(), wanted.end(), row.id) != wanted.end();
    if (!is_wanted) continue;
    std::cout << absl::StrFormat("\n%s  %s\n", row.id, row.what);
    std::cout << absl::StrFormat("  %-66s %10s %10s %7s %5s %11s\n", "test", "bound", "figure",
                                 "margin", "seed", "reference");
    for (const Figure& figure : row.run(size)) {
      const std::string bound =
          absl::StrFormat("%s%.4g", figure.at_least ? ">= " : "<= ", figure.bound);
      std::cout << absl::StrFormat("  %-66s %10s %10.4g %7s %5d %11s\n", figure.what, bound,
                                   figure.measured, MarginOf(figure), figure.seed,
                                   ReferenceOf(figure));
      ++figures;
      better += figure.improves() ? 1 : 0;
      missed += figure.holds() ? 0 : 1;
    }
    std::cout.flush();
  }
  std::cout << absl::StrFormat("\n%d figures, %d missed, %d better than the reference (+)\n",
                               figures, missed, better);
  return missed == 0 && figures > 0 ? 0 : 1;
}

}  // namespace
}  // namespace bellwether

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage("Measures the assignment strategies in simulation.");
  absl::ParseCommandLine(argc, argv);
  return bellwether::Main();
}

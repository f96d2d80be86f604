#ifndef TESTS_SIMULATION_ROW_H_
#define TESTS_SIMULATION_ROW_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace bellwether {

// How much of a row to run.
struct RunSize {
  // The first seed; the others follow it.
  uint64_t seed = 1;
  int seeds = 5;
  // Fewer agents and shorter runs, for the test that runs with every change.
  bool brief = false;

  std::vector<uint64_t> AllSeeds() const {
    std::vector<uint64_t> all;
    for (int i = 0; i < seeds; ++i) all.push_back(seed + static_cast<uint64_t>(i));
    return all;
  }
};

// One measured figure and what it has to be. A value.
struct Figure {
  // What was measured, in which case.
  std::string what;
  double measured = 0;
  double bound = 0;
  // The bound is the least, not the most.
  bool at_least = false;
  // What the first simulation of the specification gave; NaN where there was none.
  double reference = std::numeric_limits<double>::quiet_NaN();
  // Of the seeds, the one that gave `measured`, the worst of all.
  uint64_t seed = 0;

  bool holds() const { return at_least ? measured >= bound : measured <= bound; }
  bool improves() const { return at_least ? measured > reference : measured < reference; }
};

// A row of the acceptance table: one claim and how to measure it.
struct Row {
  std::string id;
  std::string what;
  std::function<std::vector<Figure>(const RunSize&)> run;
};

// The worst of one figure over the seeds. A value.
class Worst {
 public:
  // `bound` is the most that it may be; or the least, with `at_least`.
  Worst(std::string what, double bound, bool at_least = false) {
    figure_.what = std::move(what);
    figure_.bound = bound;
    figure_.at_least = at_least;
  }

  Worst& Reference(double reference) {
    figure_.reference = reference;
    return *this;
  }

  void Add(double measured, uint64_t seed) {
    const bool worse = figure_.at_least ? measured < figure_.measured : measured > figure_.measured;
    if (any_ && !worse) return;
    any_ = true;
    figure_.measured = measured;
    figure_.seed = seed;
  }
  const Figure& figure() const { return figure_; }

 private:
  Figure figure_;
  bool any_ = false;
};

}  // namespace bellwether

#endif  // TESTS_SIMULATION_ROW_H_

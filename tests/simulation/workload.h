#ifndef TESTS_SIMULATION_WORKLOAD_H_
#define TESTS_SIMULATION_WORKLOAD_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "controlplane/assignment/plan_input.h"
#include "controlplane/base/random.h"

namespace bellwether {

// How traffic is divided among partitions.
enum class Shape {
  kUniform,
  // The n-th busiest has 1/n of the busiest; or 1/n^1.2.
  kZipf10,
  kZipf12,
  // One has 30 % of the traffic, the others have the same.
  kHot30,
};
inline constexpr Shape kShapes[] = {Shape::kUniform, Shape::kZipf10, Shape::kZipf12, Shape::kHot30};
absl::string_view ShapeName(Shape shape);

// Bytes per second of a pool, of which partitions have shares. Large, so that the smallest share is
// still many bytes.
inline constexpr double kTotalTraffic = 1.6e10;

// Partitions and what each of them carries. A value; rates in bytes per second.
struct Traffic {
  // PartitionHash, rising.
  std::vector<uint64_t> partitions;
  // At the same positions.
  std::vector<double> rates;

  double Total() const;
  size_t Busiest() const;
  size_t Quietest() const;
};

// `count` partitions with kTotalTraffic of that shape; which partition is how busy hangs on the
// seed.
Traffic MakeTraffic(Shape shape, size_t count, uint64_t seed);

// What would be measured: the rates as they are, and each within 20 % of what it is.
Measurements Measure(const Traffic& traffic);
Measurements MeasureWithNoise(const Traffic& traffic, Random& random);

// Rates that wander: each is its mean times exp(x), where x has the standard deviation 0.5 and
// forgets itself over 30 minutes.
class Drift {
 public:
  Drift(const Traffic& mean, Random& random);
  // The traffic 10 s later.
  const Traffic& Next();

 private:
  Traffic mean_;
  Traffic now_;
  std::vector<double> x_;
  Random& random_;
};

// A draw from the normal distribution of deviation 1.
double Normal(Random& random);

}  // namespace bellwether

#endif  // TESTS_SIMULATION_WORKLOAD_H_

#include "tests/simulation/workload.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/assignment/preference_list.h"

namespace bellwether {
namespace {

constexpr double kPi = 3.14159265358979323846;

double Weight(Shape shape, size_t rank, size_t count) {
  const double n = static_cast<double>(rank + 1);
  switch (shape) {
    case Shape::kUniform:
      return 1;
    case Shape::kZipf10:
      return 1 / n;
    case Shape::kZipf12:
      return std::pow(n, -1.2);
    case Shape::kHot30:
      return rank == 0 ? static_cast<double>(count - 1) * 0.3 / 0.7 : 1;
  }
  return 1;
}

}  // namespace

absl::string_view ShapeName(Shape shape) {
  switch (shape) {
    case Shape::kUniform:
      return "uniform";
    case Shape::kZipf10:
      return "zipf1.0";
    case Shape::kZipf12:
      return "zipf1.2";
    case Shape::kHot30:
      return "hot30";
  }
  return "unknown";
}

double Traffic::Total() const { return std::accumulate(rates.begin(), rates.end(), 0.0); }

size_t Traffic::Busiest() const {
  return static_cast<size_t>(std::max_element(rates.begin(), rates.end()) - rates.begin());
}

size_t Traffic::Quietest() const {
  return static_cast<size_t>(std::min_element(rates.begin(), rates.end()) - rates.begin());
}

Traffic MakeTraffic(Shape shape, size_t count, uint64_t seed) {
  Traffic traffic;
  const uint64_t cluster = StableHash(absl::StrCat("cluster-", seed));
  const uint64_t topic = StableHash("orders");
  double sum = 0;
  std::vector<std::pair<uint64_t, double>> all;
  for (size_t i = 0; i < count; ++i) {
    const double weight = Weight(shape, i, count);
    all.emplace_back(PartitionHash(cluster, topic, static_cast<int32_t>(i)), weight);
    sum += weight;
  }
  std::sort(all.begin(), all.end());
  for (const auto& [partition, weight] : all) {
    traffic.partitions.push_back(partition);
    traffic.rates.push_back(weight / sum * kTotalTraffic);
  }
  return traffic;
}

Measurements Measure(const Traffic& traffic) {
  Measurements measurements;
  measurements.rates.reserve(traffic.rates.size());
  for (size_t i = 0; i < traffic.rates.size(); ++i) {
    measurements.rates.push_back(
        {traffic.partitions[i], static_cast<uint64_t>(traffic.rates[i]), false});
  }
  return measurements;
}

Measurements MeasureWithNoise(const Traffic& traffic, Random& random) {
  Measurements measurements;
  measurements.rates.reserve(traffic.rates.size());
  for (size_t i = 0; i < traffic.rates.size(); ++i) {
    const double noisy = traffic.rates[i] * (0.8 + 0.4 * random.Fraction());
    measurements.rates.push_back({traffic.partitions[i], static_cast<uint64_t>(noisy), false});
  }
  return measurements;
}

double Normal(Random& random) {
  const double radius = std::sqrt(-2 * std::log(1 - random.Fraction()));
  return radius * std::cos(2 * kPi * random.Fraction());
}

Drift::Drift(const Traffic& mean, Random& random) : mean_(mean), now_(mean), random_(random) {
  for (size_t i = 0; i < mean.rates.size(); ++i) x_.push_back(0.5 * Normal(random_));
}

const Traffic& Drift::Next() {
  const double kept = std::exp(-10.0 / 1800);
  const double fresh = 0.5 * std::sqrt(1 - kept * kept);
  for (size_t i = 0; i < x_.size(); ++i) {
    x_[i] = kept * x_[i] + fresh * Normal(random_);
    now_.rates[i] = mean_.rates[i] * std::exp(x_[i]);
  }
  return now_;
}

}  // namespace bellwether

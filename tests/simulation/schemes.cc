#include "tests/simulation/schemes.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "controlplane/base/stable_hash.h"

namespace bellwether {
namespace {

constexpr double kBound = 1.25;

size_t JumpHash(uint64_t key, size_t buckets) {
  int64_t bucket = -1;
  int64_t next = 0;
  while (next < static_cast<int64_t>(buckets)) {
    bucket = next;
    key = key * 2862933555777941757ULL + 1;
    next = static_cast<int64_t>(
        static_cast<double>(bucket + 1) *
        (static_cast<double>(int64_t{1} << 31) / static_cast<double>((key >> 33) + 1)));
  }
  return static_cast<size_t>(bucket);
}

// Points on a circle, each with its owner.
class Ring {
 public:
  Ring(const std::vector<uint64_t>& agents, size_t points) {
    for (size_t i = 0; i < agents.size(); ++i) {
      for (size_t point = 0; point < points; ++point) {
        points_.emplace_back(Mix64(agents[i] + point * 7919), i);
      }
    }
    std::sort(points_.begin(), points_.end());
  }
  // Position of the point that follows `hash`.
  size_t After(uint64_t hash) const {
    const auto next = std::lower_bound(points_.begin(), points_.end(), std::pair(hash, size_t{0}));
    return next == points_.end() ? 0 : static_cast<size_t>(next - points_.begin());
  }
  size_t Owner(size_t point) const { return points_[point % points_.size()].second; }

  // How much of the circle leads to that point.
  double ArcBefore(size_t point) const {
    const uint64_t before = points_[(point + points_.size() - 1) % points_.size()].first;
    return static_cast<double>(points_[point].first - before) / std::pow(2.0, 64);
  }

 private:
  std::vector<std::pair<uint64_t, size_t>> points_;
};

size_t Rendezvous(uint64_t partition, const std::vector<uint64_t>& agents) {
  size_t best = 0;
  for (size_t i = 1; i < agents.size(); ++i) {
    if (Mix64(partition ^ Mix64(agents[i])) > Mix64(partition ^ Mix64(agents[best]))) best = i;
  }
  return best;
}

}  // namespace

absl::string_view SchemeName(Scheme scheme) {
  switch (scheme) {
    case Scheme::kJumpHash:
      return "jump hash, live list";
    case Scheme::kRing:
      return "ring, 100 points";
    case Scheme::kRendezvous:
      return "rendezvous";
    case Scheme::kBoundedRing:
      return "CH-BL, recomputed";
    case Scheme::kRandomJump:
      return "RJ-CH, recomputed";
  }
  return "unknown";
}

std::vector<size_t> Assign(Scheme scheme, const std::vector<uint64_t>& partitions,
                           const std::vector<double>& rates, const std::vector<uint64_t>& agents) {
  const Ring ring(agents, 100);
  const double capacity = std::accumulate(rates.begin(), rates.end(), 0.0) /
                          static_cast<double>(agents.size()) * kBound;
  std::vector<double> loads(agents.size());
  // An agent that is empty takes anything: a hot partition has to go somewhere.
  const auto has_room = [&](size_t agent, double rate) {
    return loads[agent] == 0 || loads[agent] + rate <= capacity;
  };
  std::vector<size_t> assigned;
  for (size_t i = 0; i < partitions.size(); ++i) {
    size_t agent = 0;
    switch (scheme) {
      case Scheme::kJumpHash:
        agent = JumpHash(partitions[i], agents.size());
        break;
      case Scheme::kRing:
        agent = ring.Owner(ring.After(partitions[i]));
        break;
      case Scheme::kRendezvous:
        agent = Rendezvous(partitions[i], agents);
        break;
      case Scheme::kBoundedRing: {
        size_t point = ring.After(partitions[i]);
        for (size_t n = 0; n < agents.size() * 100 && !has_room(ring.Owner(point), rates[i]); ++n) {
          ++point;
        }
        agent = ring.Owner(point);
        break;
      }
      case Scheme::kRandomJump: {
        uint64_t jump = partitions[i];
        agent = ring.Owner(ring.After(jump));
        for (size_t n = 0; n < agents.size() * 20 && !has_room(agent, rates[i]); ++n) {
          jump = Mix64(jump);
          agent = ring.Owner(ring.After(jump));
        }
        break;
      }
    }
    loads[agent] += rates[i];
    assigned.push_back(agent);
  }
  return assigned;
}

BoundedBins FillBins(bool random_jump, size_t bins, size_t objects, double epsilon, uint64_t seed) {
  std::vector<uint64_t> names;
  for (size_t i = 0; i < bins; ++i) names.push_back(Mix64(seed * 1'000'003 + i));
  const Ring ring(names, 1);
  const double mean = static_cast<double>(objects) / static_cast<double>(bins);
  const auto capacity = static_cast<size_t>(std::ceil((1 + epsilon) * mean - 1e-9));
  std::vector<size_t> held(bins);
  BoundedBins result;
  for (size_t i = 0; i < objects; ++i) {
    uint64_t hash = Mix64(seed * 7'777'777 + i + (uint64_t{1} << 40));
    // Bins are named by their point.
    size_t bin = random_jump ? Mix64(hash) % bins : ring.After(hash);
    while (held[bin] >= capacity) {
      hash = Mix64(hash);
      bin = random_jump ? Mix64(hash) % bins : (bin + 1) % bins;
    }
    if (++held[bin] >= capacity && result.first_full_after == 1) {
      result.first_full_after = static_cast<double>(i + 1) / static_cast<double>(objects);
    }
  }
  size_t full = 0;
  for (size_t bin = 0; bin < bins; ++bin) {
    const double distance = static_cast<double>(held[bin]) - mean;
    result.variance += distance * distance / static_cast<double>(bins);
    full += held[bin] >= capacity ? 1 : 0;
    if (random_jump) continue;
    size_t tries = 1;
    while (held[(bin + tries - 1) % bins] >= capacity) ++tries;
    result.tries += ring.ArcBefore(bin) * static_cast<double>(tries);
  }
  result.full_percent = static_cast<double>(full) / static_cast<double>(bins) * 100;
  if (random_jump) result.tries = 1 / (1 - result.full_percent / 100);
  return result;
}

}  // namespace bellwether

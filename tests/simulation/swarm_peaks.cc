#include "tests/simulation/swarm_peaks.h"

#include <algorithm>

namespace bellwether {

std::vector<int> AgentCounts(const RunSize& size) {
  return size.brief ? std::vector<int>{3, 10, 50} : std::vector<int>{3, 10, 50, 200};
}

double Watched(const RunSize& size) { return size.brief ? 600 : 1'800; }

void LetSettle(ClientSwarm& swarm) {
  constexpr double kWarmUp = 300;
  swarm.Run(kWarmUp, [] {});
}

double Peaks::Mean() const {
  double sum = 0;
  for (const double peak : all) sum += peak;
  return sum / static_cast<double>(all.size());
}

double Peaks::Quantile99() {
  std::sort(all.begin(), all.end());
  return all[all.size() * 99 / 100];
}

Peaks Watch(ClientSwarm& swarm, double seconds) {
  Peaks peaks;
  swarm.Run(seconds, [&] { peaks.all.push_back(swarm.Peak()); });
  return peaks;
}

Steady SteadyOf(const std::string& name, double mean, double p99) {
  return {Worst(name + ": mean peak/mean", mean), Worst(name + ": p99", p99)};
}

void AddSteady(const SwarmOptions& options, const RunSize& size, Steady& steady) {
  for (const uint64_t seed : size.AllSeeds()) {
    ClientSwarm swarm(options, seed);
    LetSettle(swarm);
    Peaks peaks = Watch(swarm, Watched(size));
    steady.mean.Add(peaks.Mean(), seed);
    steady.p99.Add(peaks.Quantile99(), seed);
  }
}

}  // namespace bellwether

// Prints what other ways of assigning partitions would do, beside consistent_random_jump; what
// other ways of choosing an agent would do, beside single_agent; and the figures of the random-jump
// paper beside our reproduction of them.

#include <algorithm>
#include <cmath>
#include <iostream>
#include <numeric>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/str_format.h"
#include "tests/simulation/client_swarm.h"
#include "tests/simulation/schemes.h"
#include "tests/simulation/simulated_pool.h"
#include "tests/simulation/workload.h"

ABSL_FLAG(uint64_t, seed, 1, "The first seed.");
ABSL_FLAG(int32_t, seeds, 20, "How many seeds; the tables show the mean of them.");

namespace bellwether {
namespace {

constexpr int kAgents = 50;
constexpr size_t kPartitions = 10'000;

// What is expected of a correct simulation: CH-BL and RJ-CH, variance, % full, tries, first full.
struct Expected {
  double epsilon;
  double ring[4];
  double jump[4];
};
constexpr Expected kExpected[] = {
    {0.1, {6.72, 83.7, 58.7, 0.107}, {2.64, 62.8, 2.70, 0.326}},
    {0.2, {13.15, 70.9, 19.1, 0.121}, {4.87, 40.1, 1.67, 0.384}},
    {0.3, {19.19, 60.4, 9.85, 0.138}, {6.58, 25.3, 1.33, 0.449}},
    {0.5, {30.11, 44.7, 4.94, 0.160}, {8.71, 9.1, 1.10, 0.566}},
    {1.0, {52.57, 22.8, 2.23, 0.234}, {10.01, 0.3, 1.00, 0.851}},
    {3.0, {96.42, 2.5, 1.13, 0.500}, {10.07, 0.0, 1.00, 1}},
};

void PrintBins(absl::string_view name, double epsilon, bool random_jump,
               const double (&expected)[4], uint64_t seed, int seeds) {
  BoundedBins mean = {0, 0, 0, 0};
  for (int i = 0; i < seeds; ++i) {
    const BoundedBins bins =
        FillBins(random_jump, 1'000, 10'000, epsilon, seed + static_cast<uint64_t>(i));
    mean.variance += bins.variance / seeds;
    mean.full_percent += bins.full_percent / seeds;
    mean.tries += bins.tries / seeds;
    mean.first_full_after += bins.first_full_after / seeds;
  }
  std::cout << absl::StrFormat(
      "  %-6s %4.1f | %6.2f (%6.2f) | %5.1f (%5.1f) | %6.2f (%6.2f) | %5.3f (%5.3f)\n", name,
      epsilon, mean.variance, expected[0], mean.full_percent, expected[1], mean.tries, expected[2],
      mean.first_full_after, expected[3]);
}

void PrintReproduction(uint64_t seed, int seeds) {
  std::cout << "1 000 bins, 10 000 unit objects: measured (reference)\n"
            << "  scheme  eps | variance        | % full        | tries           | first full "
               "after\n";
  for (const Expected& row : kExpected) {
    PrintBins("CH-BL", row.epsilon, false, row.ring, seed, seeds);
    PrintBins("RJ-CH", row.epsilon, true, row.jump, seed, seeds);
  }
}

// The figures of one scheme. Traffic in shares of all.
struct SchemeFigures {
  double peak = 0;
  double join = 0;
  double leave = 0;
  double noise = 0;
};

double PeakOf(const std::vector<size_t>& assigned, const Traffic& traffic, size_t agents) {
  std::vector<double> loads(agents);
  for (size_t i = 0; i < assigned.size(); ++i) loads[assigned[i]] += traffic.rates[i];
  return *std::max_element(loads.begin(), loads.end()) * static_cast<double>(agents) /
         traffic.Total();
}

double MovedOf(const std::vector<size_t>& before, const std::vector<uint64_t>& agents_before,
               const std::vector<size_t>& after, const std::vector<uint64_t>& agents_after,
               const Traffic& traffic) {
  double moved = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    if (agents_before[before[i]] != agents_after[after[i]]) moved += traffic.rates[i];
  }
  return moved / traffic.Total();
}

SchemeFigures MeasureScheme(Scheme scheme, const Traffic& traffic, uint64_t seed) {
  std::vector<uint64_t> agents;
  for (int i = 0; i < kAgents; ++i) agents.push_back(SimulatedPool::AgentHash(i, seed));
  const auto assign = [&](const std::vector<uint64_t>& among, const std::vector<double>& rates) {
    return Assign(scheme, traffic.partitions, rates, among);
  };
  const std::vector<size_t> before = assign(agents, traffic.rates);
  SchemeFigures figures;
  figures.peak = PeakOf(before, traffic, agents.size());
  std::vector<uint64_t> more = agents;
  more.push_back(SimulatedPool::AgentHash(kAgents, seed));
  figures.join =
      MovedOf(before, agents, assign(more, traffic.rates), more, traffic) * (kAgents + 1);
  std::vector<uint64_t> fewer = agents;
  fewer.erase(fewer.begin() + kAgents / 2);
  double departing = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    departing += before[i] == kAgents / 2 ? traffic.rates[i] / traffic.Total() : 0;
  }
  figures.leave = MovedOf(before, agents, assign(fewer, traffic.rates), fewer, traffic) / departing;
  SeededRandom random(seed);
  std::vector<double> noisy = traffic.rates;
  for (double& rate : noisy) rate *= 0.8 + 0.4 * random.Fraction();
  figures.noise = MovedOf(before, agents, assign(agents, noisy), agents, traffic) * 100;
  return figures;
}

SchemeFigures MeasureOurs(const Traffic& traffic, uint64_t seed) {
  SchemeFigures figures;
  SimulatedPool pool(kAgents, seed);
  pool.Build(traffic);
  figures.peak = pool.Peak(traffic);
  const Placement first = pool.PlacementOf(traffic);
  SimulatedPool joined = pool;
  joined.members.push_back({SimulatedPool::AgentHash(kAgents, seed), 1, false});
  uint64_t bytes = 0;
  for (int round = 0; round < 6; ++round) {
    bytes += joined.RunRound(Measure(traffic)).Of(MoveCause::kJoined).bytes_per_second;
  }
  figures.join = static_cast<double>(bytes) / traffic.Total() * (kAgents + 1);
  SimulatedPool left = pool;
  const double departing = left.Loads(traffic)[left.members.back().hash];
  left.members.pop_back();
  left.ApplyMembers();
  figures.leave = MovedBetween(first, left.PlacementOf(traffic), traffic).traffic / departing;
  SeededRandom random(seed);
  for (int round = 0; round < 100; ++round) pool.RunRound(MeasureWithNoise(traffic, random));
  const Placement before = pool.PlacementOf(traffic);
  for (int round = 0; round < 20; ++round) pool.RunRound(MeasureWithNoise(traffic, random));
  figures.noise =
      MovedBetween(before, pool.PlacementOf(traffic), traffic).traffic / traffic.Total() * 5;
  return figures;
}

void PrintScheme(absl::string_view name, const SchemeFigures& sum, int seeds) {
  std::cout << absl::StrFormat("  %-24s %9.2f %12.2f %13.2f %16.4f\n", name, sum.peak / seeds,
                               sum.join / seeds, sum.leave / seeds, sum.noise / seeds);
}

void PrintSchemes(uint64_t seed, int seeds) {
  for (const Shape shape : kShapes) {
    std::cout << absl::StrFormat("\n%s, N=%d, P=%d\n  %-24s %9s %12s %13s %16s\n", ShapeName(shape),
                                 kAgents, kPartitions, "scheme", "peak/mean", "join/optimum",
                                 "leave/optimum", "noise, %/tick");
    const auto add = [&](auto measure) {
      SchemeFigures sum;
      for (int i = 0; i < seeds; ++i) {
        const uint64_t this_seed = seed + static_cast<uint64_t>(i);
        const SchemeFigures one = measure(MakeTraffic(shape, kPartitions, this_seed), this_seed);
        sum.peak += one.peak;
        sum.join += one.join;
        sum.leave += one.leave;
        sum.noise += one.noise;
      }
      return sum;
    };
    for (const Scheme scheme : kSchemes) {
      PrintScheme(SchemeName(scheme), add([&](const Traffic& traffic, uint64_t s) {
                    return MeasureScheme(scheme, traffic, s);
                  }),
                  seeds);
    }
    PrintScheme("consistent_random_jump", add(MeasureOurs), seeds);
  }
}

// Clients and agents before which the choosers are compared. A value.
struct SwarmCase {
  std::string name;
  SwarmOptions options;
};

std::vector<SwarmCase> SwarmCases() {
  std::vector<SwarmCase> cases;
  for (const int agents : {3, 10, 50, 200}) {
    cases.push_back({absl::StrFormat("N=%d", agents), SwarmOf(agents)});
  }
  const auto add = [&cases](const char* name, auto change) {
    cases.push_back({name, SwarmOf(10)});
    change(cases.back().options);
  };
  add("N=10, reports of 30 s", [](SwarmOptions& options) { options.report_interval = 30; });
  add("N=10, reports of 1 s", [](SwarmOptions& options) { options.report_interval = 1; });
  add("N=10, asks every 300 s", [](SwarmOptions& options) { options.refresh = 300; });
  add("N=10, 20 clients each", [](SwarmOptions& options) { options.clients_per_agent = 20; });
  add("N=10, 5 clients each", [](SwarmOptions& options) { options.clients_per_agent = 5; });
  add("N=10, lognormal clients", [](SwarmOptions& options) { options.lognormal = true; });
  add("N=10, reports off by 20 %", [](SwarmOptions& options) { options.noisy_reports = true; });
  add("N=10, one of half size", [](SwarmOptions& options) {
    options.weights.assign(10, 2);
    options.weights[0] = 1;
  });
  return cases;
}

double MeanPeak(SwarmOptions options, Chooser chooser, uint64_t seed) {
  constexpr int kSeconds = 600;
  options.chooser = chooser;
  ClientSwarm swarm(options, seed);
  swarm.Run(5 * options.refresh, [] {});
  double sum = 0;
  swarm.Run(kSeconds, [&] { sum += swarm.Peak() / kSeconds; });
  return sum;
}

void PrintChoosers(uint64_t seed, int seeds) {
  std::cout << "\nsingle_agent, peak/mean over time; asks every 60 s, reports of 10 s, 100 clients "
               "each unless said\n  "
            << absl::StrFormat("%-26s", "case");
  for (const Chooser chooser : kChoosers) {
    std::cout << absl::StrFormat(" %14s", ChooserName(chooser));
  }
  std::cout << "\n";
  for (const SwarmCase& swarm_case : SwarmCases()) {
    std::cout << absl::StrFormat("  %-26s", swarm_case.name);
    for (const Chooser chooser : kChoosers) {
      double sum = 0;
      for (int i = 0; i < seeds; ++i) {
        sum += MeanPeak(swarm_case.options, chooser, seed + static_cast<uint64_t>(i));
      }
      std::cout << absl::StrFormat(" %14.2f", sum / seeds);
    }
    std::cout << "\n";
    std::cout.flush();
  }
}

}  // namespace
}  // namespace bellwether

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage("Compares ways of assigning partitions.");
  absl::ParseCommandLine(argc, argv);
  const uint64_t seed = absl::GetFlag(FLAGS_seed);
  const int seeds = absl::GetFlag(FLAGS_seeds);
  bellwether::PrintReproduction(seed, seeds);
  bellwether::PrintSchemes(seed, std::min(seeds, 5));
  bellwether::PrintChoosers(seed, std::min(seeds, 5));
  return 0;
}

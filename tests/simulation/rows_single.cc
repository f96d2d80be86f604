#include "tests/simulation/rows_single.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/simulation/client_swarm.h"
#include "tests/simulation/swarm_peaks.h"

namespace bellwether {
namespace {

std::vector<Figure> SteadyPeaks(const RunSize& size, double report_interval,
                                double reference_mean) {
  std::vector<Figure> figures;
  for (const int agents : AgentCounts(size)) {
    const std::string name = absl::StrCat("N=", agents, " R=60 H=", report_interval);
    Steady steady = {Worst(name + ": mean peak/mean", 1.06).Reference(reference_mean),
                     Worst(name + ": p99", 1.10).Reference(1.04)};
    SwarmOptions options = SwarmOf(agents);
    options.report_interval = report_interval;
    AddSteady(options, size, steady);
    figures.push_back(steady.mean.figure());
    figures.push_back(steady.p99.figure());
  }
  return figures;
}

// An arrival is counted as more than it brings.
std::vector<Figure> LightClients(const RunSize& size) {
  std::vector<Figure> figures;
  for (const double utilization : {0.02, 0.005}) {
    const std::string name = absl::StrCat("N=10, agents do ", utilization * 100, " %");
    Steady steady = {Worst(name + ": mean peak/mean", 1.06), Worst(name + ": p99", 1.10)};
    SwarmOptions options = SwarmOf(10);
    options.utilization = utilization;
    AddSteady(options, size, steady);
    figures.push_back(steady.mean.figure());
    figures.push_back(steady.p99.figure());
  }
  return figures;
}

std::vector<Figure> Herd(const RunSize& size) {
  std::vector<Figure> figures;
  for (const bool empty : {true, false}) {
    for (const int agents : AgentCounts(size)) {
      Worst peak(
          absl::StrCat("N=", agents, " ", 100 * agents, " clients in 2 s ",
                       empty ? "into an idle pool" : "on top of as many", ": peak/mean after 5 s"),
          1.05);
      peak.Reference(1.02);
      for (const uint64_t seed : size.AllSeeds()) {
        ClientSwarm swarm(SwarmOf(agents), seed, empty);
        LetSettle(swarm);
        swarm.AddClients(100 * agents, 2);
        swarm.Run(5, [] {});
        peak.Add(swarm.Peak(), seed);
      }
      figures.push_back(peak.figure());
    }
  }
  return figures;
}

std::vector<Figure> NewcomerOvershoot(const RunSize& size) {
  std::vector<Figure> figures;
  for (const int agents : {10, 50}) {
    Worst most(absl::StrCat("N=", agents, ": newcomer's largest load / mean"), 1.10);
    most.Reference(1.04);
    for (const uint64_t seed : size.AllSeeds()) {
      ClientSwarm swarm(SwarmOf(agents), seed);
      LetSettle(swarm);
      const size_t newcomer = swarm.AddAgent();
      double highest = 0;
      swarm.Run(300, [&] { highest = std::max(highest, swarm.LoadOf(newcomer) / swarm.Mean()); });
      most.Add(highest, seed);
    }
    figures.push_back(most.figure());
  }
  return figures;
}

std::vector<Figure> HalfCapacity(const RunSize& size) {
  std::vector<Figure> figures;
  for (const int agents : {3, 10, 50}) {
    const std::string name = absl::StrCat("N=", agents, " one of half the capacity");
    Steady steady = {Worst(name + ": mean peak/mean", 1.08).Reference(1.02),
                     Worst(name + ": p99", 1.10)};
    SwarmOptions options = SwarmOf(agents);
    options.weights.assign(static_cast<size_t>(agents), 2);
    options.weights[0] = 1;
    AddSteady(options, size, steady);
    figures.push_back(steady.mean.figure());
    figures.push_back(steady.p99.figure());
  }
  return figures;
}

// What must be bad, if the simulation is to show anything.
std::vector<Figure> NegativeControls(const RunSize& size) {
  std::vector<Figure> figures;
  for (const Chooser chooser : {Chooser::kTwoSuspect, Chooser::kLeastStale}) {
    const bool two = chooser == Chooser::kTwoSuspect;
    Steady steady = {Worst(absl::StrCat("N=10 ", ChooserName(chooser), ": mean peak/mean"),
                           two ? 1.20 : 1.50, true),
                     Worst("", 0)};
    steady.mean.Reference(two ? 1.28 : 1.96);
    AddSteady(SwarmOf(10, chooser), size, steady);
    figures.push_back(steady.mean.figure());
  }
  return figures;
}

std::vector<Figure> Sticky(const RunSize& size) {
  std::vector<Figure> figures;
  for (const int agents : AgentCounts(size)) {
    Worst switches(absl::StrCat("N=", agents, " sticky: switches for each refresh"), 0.03);
    Worst mean(absl::StrCat("N=", agents, " sticky: mean peak/mean"), 1.10);
    switches.Reference(0.01);
    mean.Reference(1.05);
    for (const uint64_t seed : size.AllSeeds()) {
      ClientSwarm swarm(SwarmOf(agents, Chooser::kSticky), seed);
      LetSettle(swarm);
      const auto refreshes = static_cast<double>(swarm.refreshes());
      const auto switched = static_cast<double>(swarm.switches());
      mean.Add(Watch(swarm, Watched(size)).Mean(), seed);
      switches.Add((static_cast<double>(swarm.switches()) - switched) /
                       (static_cast<double>(swarm.refreshes()) - refreshes),
                   seed);
    }
    figures.push_back(switches.figure());
    figures.push_back(mean.figure());
  }
  return figures;
}

// Everybody comes at the moment when a newcomer may first be named.
std::vector<Figure> RampUnderAHerd(const RunSize& size) {
  constexpr int kStep = 5;
  std::vector<Figure> figures;
  for (const int agents : {10, 50}) {
    const std::string name = absl::StrCat("N=", agents, " and a newcomer meet a herd: ");
    Worst growth(name + "its growth in 5 s / mean", 0.25);
    Worst others(name + "peak/mean of all", 1.20);
    Worst reached(name + "its load after 2 min / mean", 0.90, true);
    for (const uint64_t seed : size.AllSeeds()) {
      ClientSwarm swarm(SwarmOf(agents), seed);
      LetSettle(swarm);
      const size_t newcomer = swarm.AddAgent();
      swarm.Run(10, [] {});
      swarm.AddClients(100 * agents, 2);
      std::vector<double> loads;
      double peak = 0;
      swarm.Run(120, [&] {
        loads.push_back(swarm.LoadOf(newcomer));
        peak = std::max(peak, swarm.Peak());
      });
      double most = 0;
      for (size_t i = kStep; i < loads.size(); ++i)
        most = std::max(most, loads[i] - loads[i - kStep]);
      growth.Add(most / swarm.Mean(), seed);
      others.Add(peak, seed);
      reached.Add(loads.back() / swarm.Mean(), seed);
    }
    for (const Worst& worst : {growth, others, reached}) figures.push_back(worst.figure());
  }
  return figures;
}

std::vector<Figure> SlowAgent(const RunSize& size) {
  constexpr int kAgents = 10;
  constexpr size_t kSlow = 3;
  Worst share("N=10, one ten times slower: its mean load / mean", 0.40);
  Worst others("the same: mean peak/mean of all", 1.25);
  Worst back("seconds until it has 0.9 of the mean again, once it is well", 90);
  Worst overshoot("its largest load / mean then", 1.10);
  for (const uint64_t seed : size.AllSeeds()) {
    ClientSwarm swarm(SwarmOf(kAgents), seed);
    LetSettle(swarm);
    swarm.SetLatency(kSlow, 10);
    // Who is there leaves at its next answer.
    swarm.Run(80, [] {});
    double sum = 0;
    double peaks = 0;
    constexpr int kSeconds = 600;
    swarm.Run(kSeconds, [&] {
      sum += swarm.LoadOf(kSlow) / swarm.Mean() / kSeconds;
      peaks += swarm.Peak() / kSeconds;
    });
    share.Add(sum, seed);
    others.Add(peaks, seed);
    swarm.SetLatency(kSlow, 1);
    int second = 0;
    int well_at = 0;
    double highest = 0;
    swarm.Run(300, [&] {
      ++second;
      const double load = swarm.LoadOf(kSlow) / swarm.Mean();
      highest = std::max(highest, load);
      if (well_at == 0 && load >= 0.9) well_at = second;
    });
    back.Add(well_at == 0 ? 300 : well_at, seed);
    overshoot.Add(highest, seed);
  }
  return {share.figure(), others.figure(), back.figure(), overshoot.figure()};
}

// A zone whose clients want 1.3 times what its agents can do, while the other has room.
std::vector<Figure> ZoneOverflow(const RunSize& size) {
  constexpr size_t kZoneAgents = 4;
  Worst busiest("busiest agent of the zone, p99 of its utilisation", 1.0);
  Worst used("its agents together, mean utilisation", 0.80, true);
  Worst crossings("times that a client leaves or returns, in an hour", 30);
  Worst late("answers elsewhere once the zone has room again, after 3 minutes", 0);
  for (const uint64_t seed : size.AllSeeds()) {
    SwarmOptions options = SwarmOf(16);
    for (size_t i = 0; i < 16; ++i) options.zones.emplace_back(i < kZoneAgents ? "a" : "b");
    options.client_zones = {{"a", 0.52}, {"b", 0.48}};
    options.utilization = 0.625;
    ClientSwarm swarm(options, seed);
    LetSettle(swarm);
    LetSettle(swarm);
    std::vector<double> most;
    double sum = 0;
    const uint64_t crossed = swarm.zone_crossings();
    const double seconds = Watched(size);
    swarm.Run(seconds, [&] {
      double highest = 0;
      for (size_t i = 0; i < kZoneAgents; ++i) {
        highest = std::max(highest, swarm.LoadOf(i));
        sum += swarm.LoadOf(i) / kZoneAgents / seconds;
      }
      most.push_back(highest);
    });
    std::sort(most.begin(), most.end());
    busiest.Add(most[most.size() * 99 / 100], seed);
    used.Add(sum, seed);
    crossings.Add(
        static_cast<double>(swarm.zone_crossings() - crossed) / (1'600 * 0.52) * 3'600 / seconds,
        seed);
    // 0.7 of what the zone can do.
    swarm.ScaleClients(0.54);
    swarm.Run(180, [] {});
    const uint64_t missed = swarm.zone_misses();
    swarm.Run(300, [] {});
    late.Add(static_cast<double>(swarm.zone_misses() - missed), seed);
  }
  return {busiest.figure(), used.figure(), crossings.figure(), late.figure()};
}

}  // namespace

std::vector<Row> SingleRows() {
  return {
      {"B1", "single_agent, nothing happens, reports of 10 s",
       [](const RunSize& size) { return SteadyPeaks(size, 10, 1.03); }},
      {"B1a", "clients that bring next to nothing", LightClients},
      {"B2", "the same, reports of 30 s",
       [](const RunSize& size) { return SteadyPeaks(size, 30, 1.02); }},
      {"B3", "a herd of new clients", Herd},
      {"B4", "overshoot of a newcomer", NewcomerOvershoot},
      {"B5", "one agent of half the capacity", HalfCapacity},
      {"B7", "negative controls: what must be bad, for the rest to mean something",
       NegativeControls},
      {"B8", "clients that stay where they are", Sticky},
  };
}

std::vector<Row> SingleEventRows() {
  return {
      {"E7", "ramp of a newcomer under single_agent", RampUnderAHerd},
      {"E8", "an agent that is slow, though not busy", SlowAgent},
      {"E9", "a zone with too much to do", ZoneOverflow},
  };
}

}  // namespace bellwether

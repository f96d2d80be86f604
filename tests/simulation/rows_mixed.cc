#include "tests/simulation/rows_mixed.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/base/random.h"
#include "controlplane/planning/pool_plans.h"
#include "tests/simulation/client_swarm.h"
#include "tests/simulation/simulated_pool.h"
#include "tests/simulation/workload.h"

namespace bellwether {
namespace {

constexpr size_t kPartitions = 2'000;
// What all agents do together, over their capacity.
constexpr double kUtilization = 0.5;
// Clients ask again after a minute: so many ticks until all of them have followed a plan.
constexpr size_t kRoundsToFollow = 6;

// Agents of one zone and the share of all traffic that its clients bring. A value.
struct ZoneSize {
  std::string zone;
  size_t agents = 0;
  double share = 0;
};

// Who decides over the agents. A value.
struct MixedOptions {
  std::string name;
  // Empty: one pool of 10.
  std::vector<ZoneSize> zones;
  // Of the traffic, how much single_agent leads.
  double single_share = 0.5;
  // The bounds of D1.
  double mean_peak = 0;
  double p99_peak = 0;
};

// The clients of one plan of consistent_random_jump: the traffic that it alone steers, and where
// they took it so far.
struct Decider {
  // Positions of its agents in the swarm.
  std::vector<size_t> agents;
  Traffic traffic;
  // As the plan was when the clients of each partition last asked.
  Placement followed;
};

// The two strategies side by side, each client with one of them: every decider levels what it
// leads and takes what the others do as given. The plans are those of one pool of the product.
class MixedPool {
 public:
  MixedPool(const MixedOptions& options, uint64_t seed)
      : random_(seed), swarm_(SwarmFor(options), seed), plans_(TableOptions()) {
    const size_t count = swarm_.agent_count();
    bytes_per_unit_ = kTotalTraffic / (kUtilization * static_cast<double>(count));
    const double jump_share = 1 - options.single_share;
    std::vector<size_t> all;
    for (size_t i = 0; i < count; ++i) all.push_back(i);
    double zoned = 0;
    size_t first = 0;
    for (const ZoneSize& zone : options.zones) {
      AddDecider(zone.zone,
                 {all.begin() + static_cast<long>(first),
                  all.begin() + static_cast<long>(first + zone.agents)},
                 zone.share * jump_share, seed);
      first += zone.agents;
      zoned += zone.share;
    }
    AddDecider("", std::move(all), (1 - zoned) * jump_share, seed);
    plans_.SetAgents(swarm_.view());
    MeasurementsByZone measured;
    for (const auto& [zone, decider] : deciders_) measured[zone] = Measure(decider.traffic);
    plans_.RunRound(swarm_.view(), measured);
    for (auto& [zone, decider] : deciders_) decider.followed = PlanOf(zone);
    single_work_.assign(count, 0);
    SetBaseLoads();
  }

  // Ten seconds, in which every plan is made anew and a part of the clients follows; `sample` is
  // called in every second. Returns how many partitions a plan moved, in the mean.
  double RunRound(const std::function<void()>& sample) {
    std::vector<double> jump_loads(swarm_.agent_count());
    std::map<std::string, std::vector<double>> loads_of;
    for (const auto& [zone, decider] : deciders_) {
      const std::vector<double>& loads = loads_of[zone] = LoadsOf(decider);
      for (size_t i = 0; i < jump_loads.size(); ++i) jump_loads[i] += loads[i];
    }
    MeasurementsByZone measured;
    std::map<std::string, Placement> before;
    for (const auto& [zone, decider] : deciders_) {
      measured[zone] = MeasureWithNoise(decider.traffic, random_);
      for (const size_t agent : decider.agents) {
        const double others = single_work_[agent] + jump_loads[agent] - loads_of[zone][agent];
        const double noisy = others * (0.9 + 0.2 * random_.Fraction());
        measured[zone].agents.push_back({swarm_.AgentHash(agent), static_cast<uint64_t>(noisy), 0});
      }
      before[zone] = PlanOf(zone);
    }
    plans_.RunRound(swarm_.view(), measured);
    size_t changes = 0;
    for (auto& [zone, decider] : deciders_) {
      const Placement after = PlanOf(zone);
      changes += MovedBetween(before[zone], after, decider.traffic).changes;
      Follow(after, decider);
    }
    ++round_;
    SetBaseLoads();
    std::fill(single_work_.begin(), single_work_.end(), 0);
    swarm_.Run(10, [&] {
      for (size_t i = 0; i < single_work_.size(); ++i) {
        single_work_[i] += swarm_.OwnLoadOf(i) * bytes_per_unit_ / 10;
      }
      sample();
    });
    return static_cast<double>(changes) / static_cast<double>(deciders_.size());
  }

  const ClientSwarm& swarm() const { return swarm_; }

 private:
  static SwarmOptions SwarmFor(const MixedOptions& options) {
    SwarmOptions swarm = SwarmOf(10);
    if (!options.zones.empty()) swarm.weights.clear();
    for (const ZoneSize& zone : options.zones) {
      swarm.weights.insert(swarm.weights.end(), zone.agents, 1);
      swarm.zones.insert(swarm.zones.end(), zone.agents, zone.zone);
      swarm.client_zones.emplace_back(zone.zone, zone.share);
    }
    swarm.utilization = kUtilization * options.single_share;
    return swarm;
  }

  void AddDecider(const std::string& zone, std::vector<size_t> agents, double share,
                  uint64_t seed) {
    Decider& decider = deciders_[zone];
    decider.agents = std::move(agents);
    decider.traffic = MakeTraffic(Shape::kZipf10, kPartitions, seed);
    for (double& rate : decider.traffic.rates) rate *= share;
  }

  Placement PlanOf(const std::string& zone) const {
    return PlacementIn(plans_.For(zone).state(), deciders_.at(zone).traffic);
  }

  // Bytes per second by position in the swarm, as clients follow the decider.
  std::vector<double> LoadsOf(const Decider& decider) const {
    std::vector<double> loads(swarm_.agent_count());
    const std::unordered_map<uint64_t, double> by_hash =
        LoadsUnder(decider.followed, decider.traffic);
    for (const size_t agent : decider.agents) {
      const auto load = by_hash.find(swarm_.AgentHash(agent));
      if (load != by_hash.end()) loads[agent] = load->second;
    }
    return loads;
  }

  // Those clients whose turn it is learn where the plan wants them.
  void Follow(const Placement& plan, Decider& decider) const {
    for (size_t i = round_ % kRoundsToFollow; i < plan.leaders.size(); i += kRoundsToFollow) {
      decider.followed.leaders[i] = plan.leaders[i];
      decider.followed.several.erase(i);
      const auto several = plan.several.find(i);
      if (several != plan.several.end()) decider.followed.several.insert(*several);
    }
  }

  void SetBaseLoads() {
    std::vector<double> base(swarm_.agent_count());
    for (const auto& [zone, decider] : deciders_) {
      const std::vector<double> loads = LoadsOf(decider);
      for (size_t i = 0; i < base.size(); ++i) base[i] += loads[i] / bytes_per_unit_;
    }
    swarm_.SetBaseLoads(base);
  }

  SeededRandom random_;
  ClientSwarm swarm_;
  double bytes_per_unit_ = 0;
  PoolPlans plans_;
  // By zone; empty: those of the pool's own plan.
  std::map<std::string, Decider> deciders_;
  // Bytes per second that single_agent's clients brought each agent in the last tick.
  std::vector<double> single_work_;
  size_t round_ = 0;
};

// Some zones want more than their share of the pool, some less; 20 % of the clients are in none.
const std::vector<ZoneSize>& ThreeZones() {
  static const auto& zones =
      *new std::vector<ZoneSize>{{"a", 4, 0.8 * 0.20}, {"b", 8, 0.8 * 0.32}, {"c", 12, 0.8 * 0.48}};
  return zones;
}

// Runs each case and hands over, for each seed, its peaks by second and its changes by tick.
template <typename Take>
void RunMixed(const MixedOptions& options, const RunSize& size, Take take) {
  constexpr int kWarmUp = 240;
  const int rounds = size.brief ? 60 : 180;
  for (const uint64_t seed : size.AllSeeds()) {
    MixedPool pool(options, seed);
    for (int round = 0; round < kWarmUp; ++round) {
      pool.RunRound([] {});
    }
    std::vector<double> peaks;
    double changes = 0;
    for (int round = 0; round < rounds; ++round) {
      changes += pool.RunRound([&] { peaks.push_back(pool.swarm().Peak()); });
    }
    take(seed, std::move(peaks), changes / rounds);
  }
}

std::vector<MixedOptions> MixedCases() {
  return {{"half under each strategy", {}, 0.5, 1.10, 1.15},
          {"three zones", ThreeZones(), 0, 1.25, 1.30},
          {"three zones, half under each", ThreeZones(), 0.5, 1.15, 1.25}};
}

std::vector<Figure> TotalPeaks(const RunSize& size) {
  std::vector<Figure> figures;
  for (const MixedOptions& options : MixedCases()) {
    Worst mean(options.name + ": mean total peak/mean", options.mean_peak);
    Worst p99(options.name + ": p99", options.p99_peak);
    RunMixed(options, size, [&](uint64_t seed, std::vector<double> peaks, double) {
      double sum = 0;
      for (const double peak : peaks) sum += peak;
      mean.Add(sum / static_cast<double>(peaks.size()), seed);
      std::sort(peaks.begin(), peaks.end());
      p99.Add(peaks[peaks.size() * 99 / 100], seed);
    });
    figures.push_back(mean.figure());
    figures.push_back(p99.figure());
  }
  return figures;
}

std::vector<Figure> ChangesUnderNoise(const RunSize& size) {
  std::vector<Figure> figures;
  for (const MixedOptions& options : MixedCases()) {
    Worst changes(options.name + ": leader changes/tick of a plan, noise20", 0.2);
    RunMixed(options, size, [&](uint64_t seed, const std::vector<double>&, double per_round) {
      changes.Add(per_round, seed);
    });
    figures.push_back(changes.figure());
  }
  return figures;
}

}  // namespace

std::vector<Row> MixedRows() {
  return {
      {"D1", "several deciders over the same agents: level together", TotalPeaks},
      {"D2", "several deciders over the same agents: none unsettles another", ChangesUnderNoise},
  };
}

}  // namespace bellwether

#include "tests/simulation/rows_jump.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "controlplane/assignment/balancing_round.h"
#include "controlplane/assignment/plan_lookup.h"
#include "controlplane/assignment/preference_list.h"
#include "tests/simulation/simulated_pool.h"
#include "tests/simulation/workload.h"

namespace bellwether {
namespace {

constexpr size_t kPartitions = 10'000;

std::vector<int> AgentCounts(const RunSize& size) {
  return size.brief ? std::vector<int>{3, 10, 50} : std::vector<int>{3, 10, 50, 200};
}

std::string Case(Shape shape, int agents) { return absl::StrCat(ShapeName(shape), " N=", agents); }

SimulatedPool BuiltPool(const Traffic& traffic, int agents, uint64_t seed) {
  SimulatedPool pool(agents, seed);
  pool.Build(traffic);
  return pool;
}

std::vector<Figure> BuildPeaks(const RunSize& size) {
  std::vector<Figure> figures;
  for (const Shape shape : kShapes) {
    for (const int agents : AgentCounts(size)) {
      Worst peak(absl::StrCat(Case(shape, agents), ": peak/mean"), 1.10);
      peak.Reference(1.08);
      for (const uint64_t seed : size.AllSeeds()) {
        const Traffic traffic = MakeTraffic(shape, kPartitions, seed);
        peak.Add(BuiltPool(traffic, agents, seed).Peak(traffic), seed);
      }
      figures.push_back(peak.figure());
    }
  }
  return figures;
}

std::vector<Figure> BuildPeaksOfFewPartitions(const RunSize& size) {
  const std::map<int, double> bounds = {{3, 1.12}, {10, 1.12}, {50, 1.35}, {200, 1.50}};
  const std::map<int, double> references = {{3, 1.08}, {10, 1.08}, {50, 1.26}, {200, 1.44}};
  std::vector<Figure> figures;
  for (const auto& [agents, bound] : bounds) {
    for (const Shape shape : kShapes) {
      Worst peak(absl::StrCat(Case(shape, agents), " P=100: peak/mean"), bound);
      peak.Reference(references.at(agents));
      for (const uint64_t seed : size.AllSeeds()) {
        const Traffic traffic = MakeTraffic(shape, 100, seed);
        peak.Add(BuiltPool(traffic, agents, seed).Peak(traffic), seed);
      }
      figures.push_back(peak.figure());
    }
  }
  return figures;
}

std::vector<Figure> JoinMoves(const RunSize& size) {
  std::vector<Figure> figures;
  for (const Shape shape : kShapes) {
    for (const int agents : AgentCounts(size)) {
      Worst moved(absl::StrCat(Case(shape, agents), ": moved / (1/(N+1))"), 1.15);
      moved.Reference(1.08);
      for (const uint64_t seed : size.AllSeeds()) {
        const Traffic traffic = MakeTraffic(shape, kPartitions, seed);
        SimulatedPool pool = BuiltPool(traffic, agents, seed);
        pool.members.push_back({SimulatedPool::AgentHash(agents, seed), 1, false});
        uint64_t bytes = 0;
        for (uint32_t i = 0; i < pool.options.slow_start_rounds; ++i) {
          bytes += pool.RunRound(Measure(traffic)).Of(MoveCause::kJoined).bytes_per_second;
        }
        moved.Add(static_cast<double>(bytes) / traffic.Total() * (agents + 1), seed);
      }
      figures.push_back(moved.figure());
    }
  }
  return figures;
}

std::vector<Figure> LeaveMoves(const RunSize& size) {
  std::vector<Figure> figures;
  for (const Shape shape : kShapes) {
    for (const int agents : AgentCounts(size)) {
      Worst moved(absl::StrCat(Case(shape, agents), ": moved / departing load"), 1.02);
      moved.Reference(1.00);
      for (const uint64_t seed : size.AllSeeds()) {
        const Traffic traffic = MakeTraffic(shape, kPartitions, seed);
        SimulatedPool pool = BuiltPool(traffic, agents, seed);
        const Placement before = pool.PlacementOf(traffic);
        const double departing = pool.Loads(traffic)[pool.members.back().hash];
        pool.members.pop_back();
        pool.ApplyMembers();
        moved.Add(MovedBetween(before, pool.PlacementOf(traffic), traffic).traffic / departing,
                  seed);
      }
      figures.push_back(moved.figure());
    }
  }
  return figures;
}

// The three figures of A5 for one way of changing the members.
struct Aftermath {
  Worst peak;
  Worst rounds;
  Worst extra;
};

// `change` alters the members; what it moves by itself does not count as extra.
template <typename Change>
void RunAftermath(Shape shape, int agents, uint64_t seed, uint32_t slow_start_rounds, Change change,
                  Aftermath& aftermath) {
  constexpr int kRounds = 40;
  const Traffic traffic = MakeTraffic(shape, kPartitions, seed);
  SimulatedPool pool = BuiltPool(traffic, agents, seed);
  pool.options.slow_start_rounds = slow_start_rounds;
  SeededRandom random(seed);
  for (int round = 0; round < 10; ++round) pool.RunRound(MeasureWithNoise(traffic, random));
  change(pool);
  pool.ApplyMembers();
  aftermath.peak.Add(pool.Peak(traffic), seed);
  int rounds = pool.Peak(traffic) <= 1.25 ? 0 : kRounds + 1;
  double extra = 0;
  for (int round = 1; round <= kRounds; ++round) {
    const PlanReport report = pool.RunRound(MeasureWithNoise(traffic, random));
    extra +=
        static_cast<double>(BytesMoved(report) - report.Of(MoveCause::kJoined).bytes_per_second);
    if (rounds > kRounds && pool.Peak(traffic) <= 1.25) rounds = round;
  }
  aftermath.rounds.Add(rounds, seed);
  aftermath.extra.Add(extra / traffic.Total() * 100, seed);
}

std::vector<Figure> AfterJoinAndLeave(const RunSize& size) {
  std::vector<Figure> figures;
  for (const bool join : {true, false}) {
    for (const Shape shape : kShapes) {
      for (const int agents : AgentCounts(size)) {
        const std::string name = absl::StrCat(join ? "join " : "leave ", Case(shape, agents));
        Aftermath aftermath = {Worst(name + ": peak right after", 1.40),
                               Worst(name + ": ticks to 1.25", agents < 10 ? 20 : 3),
                               Worst(name + ": % moved in 40 ticks", agents < 10 ? 30 : 8)};
        aftermath.peak.Reference(1.35);
        aftermath.rounds.Reference(agents < 10 ? 14 : 2);
        aftermath.extra.Reference(agents < 10 ? 20 : 5.0);
        for (const uint64_t seed : size.AllSeeds()) {
          // The event at once: the ramp has a row of its own, E1.
          RunAftermath(
              shape, agents, seed, 1,
              [&](SimulatedPool& pool) {
                if (join) {
                  pool.members.push_back({SimulatedPool::AgentHash(agents, seed), 1, false});
                } else {
                  pool.members.pop_back();
                }
              },
              aftermath);
        }
        for (const Worst& worst : {aftermath.peak, aftermath.rounds, aftermath.extra}) {
          figures.push_back(worst.figure());
        }
      }
    }
  }
  return figures;
}

std::vector<Figure> RollingRestart(const RunSize& size) {
  std::vector<Figure> figures;
  for (const Shape shape : kShapes) {
    for (const int agents : {10, 50}) {
      if (size.brief && agents == 50) continue;
      Worst moved(absl::StrCat(Case(shape, agents), ": moved / all traffic"), 2.2);
      Worst peak(absl::StrCat(Case(shape, agents), ": worst peak/mean"), 1.30);
      moved.Reference(2.09);
      peak.Reference(1.25);
      for (const uint64_t seed : size.AllSeeds()) {
        const Traffic traffic = MakeTraffic(shape, kPartitions, seed);
        SimulatedPool pool = BuiltPool(traffic, agents, seed);
        SeededRandom random(seed);
        for (int round = 0; round < 10; ++round) pool.RunRound(MeasureWithNoise(traffic, random));
        double all_moved = 0;
        double worst = 0;
        Placement before = pool.PlacementOf(traffic);
        const auto step = [&](const PlanReport&) {
          const Placement after = pool.PlacementOf(traffic);
          all_moved += MovedBetween(before, after, traffic).traffic;
          before = after;
          worst = std::max(worst, pool.Peak(traffic));
        };
        for (size_t i = 0; i < pool.members.size(); ++i) {
          pool.members[i].reserved = true;
          step(pool.ApplyMembers());
          for (int round = 0; round < 4; ++round)
            step(pool.RunRound(MeasureWithNoise(traffic, random)));
          pool.members[i].reserved = false;
          step(pool.ApplyMembers());
          for (int round = 0; round < 2; ++round)
            step(pool.RunRound(MeasureWithNoise(traffic, random)));
        }
        moved.Add(all_moved / traffic.Total(), seed);
        peak.Add(worst, seed);
      }
      figures.push_back(moved.figure());
      figures.push_back(peak.figure());
    }
  }
  return figures;
}

// Counts partitions that come back within 30 ticks to the leader that they left.
class FlapCounter {
 public:
  explicit FlapCounter(size_t partitions) : left_(partitions), left_at_(partitions, -1'000) {}

  void Add(const Placement& before, const Placement& after, int round) {
    for (size_t i = 0; i < left_.size(); ++i) {
      if (before.leaders[i] == after.leaders[i]) continue;
      if (after.leaders[i] != 0 && after.leaders[i] == left_[i] && round - left_at_[i] <= 30) {
        ++flaps_;
      }
      left_[i] = before.leaders[i];
      left_at_[i] = round;
    }
  }
  int flaps() const { return flaps_; }

 private:
  std::vector<uint64_t> left_;
  std::vector<int> left_at_;
  int flaps_ = 0;
};

std::vector<Figure> Noise(const RunSize& size, const std::vector<int>& agent_counts,
                          double most_changes, double most_traffic) {
  std::vector<Figure> figures;
  const int rounds = size.brief ? 100 : 300;
  for (const Shape shape : kShapes) {
    for (const int agents : agent_counts) {
      Worst changes(Case(shape, agents) + ": leader changes/tick", most_changes);
      Worst moved(Case(shape, agents) + ": % of traffic/tick", most_traffic);
      Worst flaps(Case(shape, agents) + ": flaps", 0);
      changes.Reference(agents > 50 ? 1.33 : 0.047);
      moved.Reference(agents > 50 ? 0.0018 : 0.0001);
      flaps.Reference(0);
      for (const uint64_t seed : size.AllSeeds()) {
        const Traffic traffic = MakeTraffic(shape, kPartitions, seed);
        SimulatedPool pool = BuiltPool(traffic, agents, seed);
        SeededRandom random(seed);
        for (int round = 0; round < 40; ++round) pool.RunRound(MeasureWithNoise(traffic, random));
        Placement before = pool.PlacementOf(traffic);
        FlapCounter counter(kPartitions);
        Movement sum;
        for (int round = 0; round < rounds; ++round) {
          if (!pool.RunRound(MeasureWithNoise(traffic, random)).changed) continue;
          const Placement after = pool.PlacementOf(traffic);
          const Movement movement = MovedBetween(before, after, traffic);
          sum.traffic += movement.traffic;
          sum.changes += movement.changes;
          counter.Add(before, after, round);
          before = after;
        }
        changes.Add(static_cast<double>(sum.changes) / rounds, seed);
        moved.Add(sum.traffic / traffic.Total() / rounds * 100, seed);
        flaps.Add(counter.flaps(), seed);
      }
      for (const Worst& worst : {changes, moved, flaps}) figures.push_back(worst.figure());
    }
  }
  return figures;
}

std::vector<Figure> DriftingTraffic(const RunSize& size) {
  constexpr int kAgents = 50;
  const int rounds = size.brief ? 120 : 720;
  Worst moved("zipf1.2 N=50: % of traffic/tick", 0.30);
  Worst mean_peak("zipf1.2 N=50: mean true peak", 1.30);
  Worst p99("zipf1.2 N=50: p99 of the true peak", 1.50);
  moved.Reference(0.19);
  mean_peak.Reference(1.23);
  p99.Reference(1.37);
  for (const uint64_t seed : size.AllSeeds()) {
    const Traffic traffic = MakeTraffic(Shape::kZipf12, kPartitions, seed);
    SeededRandom random(seed);
    Drift drift(traffic, random);
    SimulatedPool pool = BuiltPool(drift.Next(), kAgents, seed);
    std::vector<double> peaks;
    double all_moved = 0;
    Placement before = pool.PlacementOf(traffic);
    for (int round = 0; round < rounds; ++round) {
      const Traffic& now = drift.Next();
      pool.RunRound(Measure(now));
      const Placement after = pool.PlacementOf(now);
      all_moved += MovedBetween(before, after, now).traffic / now.Total();
      before = after;
      peaks.push_back(pool.Peak(now));
    }
    moved.Add(all_moved / rounds * 100, seed);
    double sum = 0;
    for (const double peak : peaks) sum += peak;
    mean_peak.Add(sum / rounds, seed);
    std::sort(peaks.begin(), peaks.end());
    p99.Add(peaks[peaks.size() * 99 / 100], seed);
  }
  return {moved.figure(), mean_peak.figure(), p99.figure()};
}

std::vector<Figure> ColdBecomesHot(const RunSize& size) {
  constexpr int kRounds = 60;
  std::vector<Figure> figures;
  for (const int agents : {10, 50}) {
    Worst first(Case(Shape::kZipf10, agents) + ": ticks to the first spread", 6);
    Worst to_150(Case(Shape::kZipf10, agents) + ": ticks to 1.5", 8);
    Worst to_125(Case(Shape::kZipf10, agents) + ": ticks to 1.25", 40);
    Worst moved(Case(Shape::kZipf10, agents) + ": % of traffic moved", 60);
    first.Reference(5);
    to_150.Reference(5);
    to_125.Reference(31);
    moved.Reference(48);
    for (const uint64_t seed : size.AllSeeds()) {
      Traffic traffic = MakeTraffic(Shape::kZipf10, kPartitions, seed);
      SimulatedPool pool = BuiltPool(traffic, agents, seed);
      SeededRandom random(seed);
      for (int round = 0; round < 10; ++round) pool.RunRound(MeasureWithNoise(traffic, random));
      const size_t hot = traffic.Quietest();
      traffic.rates[hot] = traffic.Total() * 0.3 / 0.7;
      int first_spread = kRounds + 1;
      int below_150 = kRounds + 1;
      int below_125 = kRounds + 1;
      double all_moved = 0;
      Placement before = pool.PlacementOf(traffic);
      for (int round = 1; round <= kRounds; ++round) {
        pool.RunRound(MeasureWithNoise(traffic, random));
        const Placement after = pool.PlacementOf(traffic);
        all_moved += MovedBetween(before, after, traffic).traffic;
        before = after;
        if (after.several.contains(hot)) first_spread = std::min(first_spread, round);
        const double peak = pool.Peak(traffic);
        if (peak <= 1.5) below_150 = std::min(below_150, round);
        if (peak <= 1.25) below_125 = std::min(below_125, round);
      }
      first.Add(first_spread, seed);
      to_150.Add(below_150, seed);
      to_125.Add(below_125, seed);
      moved.Add(all_moved / traffic.Total() * 100, seed);
    }
    for (const Worst& worst : {first, to_150, to_125, moved}) figures.push_back(worst.figure());
  }
  return figures;
}

std::vector<Figure> ExtraLeaders(const RunSize& size) {
  const std::map<int, double> zipf_bounds = {{10, 5}, {50, 40}, {200, 200}};
  const std::map<int, double> hot_bounds = {{10, 6}, {50, 32}, {200, 125}};
  const std::map<int, double> zipf_references = {{10, 3}, {50, 27}, {200, 158}};
  const std::map<int, double> hot_references = {{10, 5}, {50, 29}, {200, 119}};
  std::vector<Figure> figures;
  for (const Shape shape : {Shape::kZipf10, Shape::kHot30}) {
    for (const auto& [agents, bound] : shape == Shape::kZipf10 ? zipf_bounds : hot_bounds) {
      Worst extra(Case(shape, agents) + ": extra leaders", bound);
      const auto& references = shape == Shape::kZipf10 ? zipf_references : hot_references;
      extra.Reference(references.at(agents));
      for (const uint64_t seed : size.AllSeeds()) {
        const Traffic traffic = MakeTraffic(shape, kPartitions, seed);
        const SimulatedPool pool = BuiltPool(traffic, agents, seed);
        extra.Add(static_cast<double>(pool.PlacementOf(traffic).ExtraLeaders()), seed);
      }
      figures.push_back(extra.figure());
    }
  }
  return figures;
}

std::vector<Figure> MovedPartitionAtBuild(const RunSize& size) {
  std::vector<Figure> figures;
  for (const Shape shape : {Shape::kZipf10, Shape::kZipf12, Shape::kHot30}) {
    for (const int agents : {3, 10, 50}) {
      Worst moved(Case(shape, agents) + ": % moved", shape == Shape::kHot30 ? 15 : 4);
      moved.Reference(shape == Shape::kHot30 ? 10.7 : 2.2);
      for (const uint64_t seed : size.AllSeeds()) {
        const Traffic traffic = MakeTraffic(shape, kPartitions, seed);
        const SimulatedPool pool = BuiltPool(traffic, agents, seed);
        moved.Add(static_cast<double>(MakePlan(pool.state).moved.size()) /
                      static_cast<double>(kPartitions) * 100,
                  seed);
      }
      figures.push_back(moved.figure());
    }
  }
  return figures;
}

// Clients that ask again every 300 s, each at its own time, and meanwhile write where they wrote:
// what each agent measures is far behind what was decided. Four of each partition.
class LaggingClients {
 public:
  LaggingClients(size_t partitions, Random& random) {
    for (size_t i = 0; i < partitions * kPerPartition; ++i) {
      hashes_.push_back(random.Next64());
      phases_.push_back(static_cast<int>(random.Below(kLagRounds)));
      agents_.push_back(0);
    }
  }

  // Lets ask whose time it is; all of them with tick -1.
  void Refresh(const SimulatedPool& pool, const Traffic& traffic, int round) {
    std::vector<LookupAgent> agents;
    for (const MemberInput& member : pool.members) agents.push_back({member.hash, 1, true});
    const PlanLookup lookup(std::make_shared<const Plan>(MakePlan(pool.state)), agents,
                            std::make_shared<const PreferredLeaderTable>(pool.state));
    for (size_t i = 0; i < hashes_.size(); ++i) {
      if (round >= 0 && round % kLagRounds != phases_[i]) continue;
      agents_[i] = lookup.LeaderOf(traffic.partitions[i / kPerPartition], hashes_[i]);
    }
  }

  // What the agents report of them, agent by agent.
  Measurements Report(const Traffic& traffic, size_t agent_count, Random& random) const {
    std::vector<std::vector<MeasuredRate>> reports(agent_count);
    for (size_t i = 0; i < hashes_.size(); ++i) {
      const size_t partition = i / kPerPartition;
      const double rate =
          traffic.rates[partition] / kPerPartition * (0.8 + 0.4 * random.Fraction());
      reports[agents_[i]].push_back(
          {traffic.partitions[partition], static_cast<uint64_t>(rate), false});
    }
    Measurements measurements;
    for (const std::vector<MeasuredRate>& report : reports) {
      measurements.rates.insert(measurements.rates.end(), report.begin(), report.end());
    }
    SumRates(measurements.rates);
    return measurements;
  }

 private:
  static constexpr size_t kPerPartition = 4;
  static constexpr int kLagRounds = 30;

  std::vector<uint64_t> hashes_;
  std::vector<int> phases_;
  std::vector<uint32_t> agents_;
};

std::vector<Figure> StepUnderLag(const RunSize& size) {
  constexpr int kAgents = 10;
  std::vector<Figure> figures;
  for (const Shape shape : {Shape::kZipf10, Shape::kZipf12}) {
    Worst changes(Case(shape, kAgents) + ": leader changes after a 10 % step", 100);
    Worst moved(Case(shape, kAgents) + ": % of traffic moved", 20);
    changes.Reference(23);
    moved.Reference(10.8);
    for (const uint64_t seed : size.AllSeeds()) {
      Traffic traffic = MakeTraffic(shape, kPartitions, seed);
      SimulatedPool pool = BuiltPool(traffic, kAgents, seed);
      SeededRandom random(seed);
      LaggingClients clients(kPartitions, random);
      clients.Refresh(pool, traffic, -1);
      for (int round = 0; round < 30; ++round) {
        pool.RunRound(clients.Report(traffic, kAgents, random));
        clients.Refresh(pool, traffic, round);
      }
      traffic.rates[traffic.Quietest()] = traffic.Total() * 0.1 / 0.9;
      Movement sum;
      Placement before = pool.PlacementOf(traffic);
      for (int round = 30; round < 150; ++round) {
        pool.RunRound(clients.Report(traffic, kAgents, random));
        clients.Refresh(pool, traffic, round);
        const Placement after = pool.PlacementOf(traffic);
        const Movement movement = MovedBetween(before, after, traffic);
        sum.traffic += movement.traffic;
        sum.changes += movement.changes;
        before = after;
      }
      changes.Add(static_cast<double>(sum.changes), seed);
      moved.Add(sum.traffic / traffic.Total() * 100, seed);
    }
    figures.push_back(changes.figure());
    figures.push_back(moved.figure());
  }
  return figures;
}

std::vector<Figure> AssignmentOfFewClients(const RunSize& size) {
  constexpr int kAgents = 10;
  std::vector<Figure> figures;
  for (const size_t count : {8, 32}) {
    Worst hot_load(absl::StrCat("hot30 N=10, ", count, " clients: hot load per member / fair"),
                   1.0);
    hot_load.Reference(1.00);
    for (const uint64_t seed : size.AllSeeds()) {
      const Traffic traffic = MakeTraffic(Shape::kHot30, kPartitions, seed);
      SimulatedPool pool = BuiltPool(traffic, kAgents, seed);
      const uint64_t hot = traffic.partitions[traffic.Busiest()];
      SeededRandom random(seed);
      std::vector<uint64_t> clients;
      for (size_t i = 0; i < count; ++i) clients.push_back(random.Next64());
      Measurements measurements = Measure(traffic);
      measurements.spread_use = {{hot, clients, {}}};
      pool.RunRound(measurements);
      std::vector<LookupAgent> agents;
      for (const MemberInput& member : pool.members) agents.push_back({member.hash, 1, true});
      const PlanLookup lookup(std::make_shared<const Plan>(MakePlan(pool.state)), agents, nullptr);
      std::map<uint32_t, double> loads;
      double most = 0;
      for (const uint64_t client : clients) {
        double& load = loads[lookup.LeaderOf(hot, client)];
        load += 0.3 / static_cast<double>(count);
        most = std::max(most, load);
      }
      hot_load.Add(most * kAgents, seed);
    }
    figures.push_back(hot_load.figure());
  }
  return figures;
}

// How many of the golden vectors are wrong.
int WrongGoldenVectors() {
  struct Golden {
    uint64_t partition_hash;
    absl::string_view order;
  };
  constexpr Golden kGolden[] = {
      {0x0178bbece042ae07, "aebcd"}, {0xc69b5dbb0ae74576, "bcade"}, {0xb61dc44df98a5623, "dbaec"},
      {0x2fd883bc28343d2d, "dbcea"}, {0x2b6a9c7080f28124, "dbeac"}, {0xb3233fb1c972244d, "bacde"},
  };
  std::vector<RankedAgent> agents;
  for (const absl::string_view id : {"agent-a", "agent-b", "agent-c", "agent-d", "agent-e"}) {
    agents.push_back({StableHash(id), 1});
  }
  int wrong = Mix64(0) == 0xe220a8397b1dcdaf ? 0 : 1;
  wrong += Mix64(1) == 0x910a2dec89025cc1 ? 0 : 1;
  wrong += Fnv1a64("agent-a") == 0x9c3f6a8a5ba885b0 ? 0 : 1;
  wrong += StableHash("agent-a") == 0xfb99dcfabc6b3367 ? 0 : 1;
  for (int32_t i = 0; i < 6; ++i) {
    const uint64_t hash = PartitionHash(StableHash("vc-1"), StableHash("orders"), i);
    std::string order;
    for (const uint32_t agent : PreferenceList(hash, agents)) {
      order.push_back(static_cast<char>('a' + agent));
    }
    wrong += hash == kGolden[i].partition_hash && order == kGolden[i].order ? 0 : 1;
  }
  agents.resize(3);
  const uint64_t orders_0 = kGolden[0].partition_hash;
  wrong += MemberFor(ClientHash("producer-1", "10.0.0.1"), orders_0, agents) == 2 ? 0 : 1;
  wrong += MemberFor(ClientHash("producer-1", "10.0.0.2"), orders_0, agents) == 0 ? 0 : 1;
  wrong += MemberFor(ClientHash("producer-1", "10.0.0.3"), orders_0, agents) == 1 ? 0 : 1;
  wrong += MemberFor(ClientHash("app-x", "10.0.0.1"), orders_0, agents) == 0 ? 0 : 1;
  return wrong;
}

std::vector<Figure> Replicas(const RunSize& size) {
  Worst golden("golden vectors that are wrong", 0);
  golden.Add(WrongGoldenVectors(), size.seed);
  Worst different("two replicas, 80 eventful ticks: plans that differ", 0);
  for (const uint64_t seed : size.AllSeeds()) {
    Traffic traffic = MakeTraffic(Shape::kZipf12, kPartitions, seed);
    SimulatedPool one(20, seed);
    SimulatedPool two(20, seed);
    SeededRandom random(seed);
    int differences = 0;
    for (int round = 0; round < 80; ++round) {
      if (round == 20) traffic.rates[traffic.Quietest()] = traffic.Total() * 0.2;
      if (round == 35) one.members.erase(one.members.begin() + 4);
      if (round == 45) one.members.push_back({SimulatedPool::AgentHash(99, seed), 2, false});
      if (round == 60) one.members[7].reserved = true;
      if (round == 64) one.members[7].reserved = false;
      // Members in another order, rates in two parts and backwards.
      two.members.assign(one.members.rbegin(), one.members.rend());
      const Measurements measurements = MeasureWithNoise(traffic, random);
      Measurements other;
      for (auto rate = measurements.rates.rbegin(); rate != measurements.rates.rend(); ++rate) {
        other.rates.push_back({rate->partition, rate->bytes_per_second / 3, false});
        other.rates.push_back(
            {rate->partition, rate->bytes_per_second - rate->bytes_per_second / 3, false});
      }
      SumRates(other.rates);
      one.RunRound(measurements);
      two.RunRound(other);
      differences += MakePlan(one.state) == MakePlan(two.state) ? 0 : 1;
    }
    different.Add(differences, seed);
  }
  return {golden.figure(), different.figure()};
}

}  // namespace

std::vector<Row> JumpRows() {
  return {
      {"A1", "build from nothing: peak/mean", BuildPeaks},
      {"A2", "build from nothing, few partitions: peak/mean", BuildPeaksOfFewPartitions},
      {"A3", "join: traffic moved by the event itself", JoinMoves},
      {"A4", "leave: traffic moved by the event itself", LeaveMoves},
      {"A5", "after a join or a leave, under noise", AfterJoinAndLeave},
      {"A6", "rolling restart with the same ids, announced", RollingRestart},
      {"A7", "noise of 20 %, up to 50 agents",
       [](const RunSize& size) {
         return Noise(size, {3, 10, 50}, 0.2, 0.01);
       }},
      {"A8", "noise of 20 %, 200 agents",
       [](const RunSize& size) { return Noise(size, {200}, 3, 0.02); }},
      {"A9", "drifting traffic", DriftingTraffic},
      {"A10", "a cold partition takes 30 % of the traffic", ColdBecomesHot},
      {"A11", "extra leaders after a build", ExtraLeaders},
      {"A12", "moved partitions after a build", MovedPartitionAtBuild},
      {"A13", "clients that follow after up to 300 s", StepUnderLag},
      {"A15", "few clients of a hot partition, assigned", AssignmentOfFewClients},
      {"C1", "golden vectors; replicas agree", Replicas},
  };
}

}  // namespace bellwether

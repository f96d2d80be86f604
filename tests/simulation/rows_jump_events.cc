#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "controlplane/assignment/balancing_round.h"
#include "controlplane/assignment/plan_lookup.h"
#include "controlplane/assignment/plan_membership.h"
#include "tests/simulation/rows_jump.h"
#include "tests/simulation/simulated_pool.h"
#include "tests/simulation/workload.h"

namespace bellwether {
namespace {

constexpr size_t kPartitions = 10'000;

std::vector<Figure> Ramp(const RunSize& size) {
  std::vector<Figure> figures;
  for (const int agents : {3, 10, 50}) {
    Worst step(absl::StrCat("zipf1.2 N=", agents, ": newcomer's growth in a tick / fair"), 0.60);
    Worst share(absl::StrCat("zipf1.2 N=", agents, ": newcomer's load after the ramp / fair"),
                1.10);
    Worst others(absl::StrCat("zipf1.2 N=", agents, ": what else moved, % of traffic"),
                 agents < 10 ? 10 : 1);
    for (const uint64_t seed : size.AllSeeds()) {
      const Traffic traffic = MakeTraffic(Shape::kZipf12, kPartitions, seed);
      SimulatedPool pool(agents, seed);
      pool.Build(traffic);
      const uint64_t newcomer = SimulatedPool::AgentHash(agents, seed);
      pool.members.push_back({newcomer, 1, false});
      const double fair = traffic.Total() / (agents + 1);
      double before = 0;
      double growth = 0;
      double moved_otherwise = 0;
      for (int round = 0; round < 8; ++round) {
        const PlanReport report = pool.RunRound(Measure(traffic));
        const double now = pool.Loads(traffic)[newcomer];
        growth = std::max(growth, (now - before) / fair);
        before = now;
        // A larger pool needs more leaders for the same partitions: that is not the ramp's doing.
        moved_otherwise += static_cast<double>(report.Of(MoveCause::kRebalanced).bytes_per_second);
      }
      step.Add(growth, seed);
      share.Add(before / fair, seed);
      others.Add(moved_otherwise / traffic.Total() * 100, seed);
    }
    for (const Worst& worst : {step, share, others}) figures.push_back(worst.figure());
  }
  return figures;
}

std::vector<Figure> Reservation(const RunSize& size) {
  Worst moved("zipf1.0 N=10: moved out and back / the agent's load", 2.01);
  Worst elsewhere("zipf1.0 N=10: partitions that are elsewhere afterwards", 0);
  Worst late("zipf1.0 N=10: moved when it does not come back / its load", 1.01);
  for (const uint64_t seed : size.AllSeeds()) {
    const Traffic traffic = MakeTraffic(Shape::kZipf10, kPartitions, seed);
    for (const bool comes_back : {true, false}) {
      SimulatedPool pool(10, seed);
      pool.Build(traffic);
      SeededRandom random(seed);
      // What finds its way home after the build has done so.
      for (int round = 0; round < 100; ++round) pool.RunRound(Measure(traffic));
      const Placement first = pool.PlacementOf(traffic);
      const double its_load = pool.Loads(traffic)[pool.members[4].hash];
      pool.members[4].reserved = true;
      double all_moved = 0;
      Placement before = first;
      for (int round = 0; round < 30; ++round) {
        if (comes_back && round == 6) pool.members[4].reserved = false;
        pool.RunRound(MeasureWithNoise(traffic, random));
        const Placement after = pool.PlacementOf(traffic);
        all_moved += MovedBetween(before, after, traffic).traffic;
        before = after;
      }
      (comes_back ? moved : late).Add(all_moved / its_load, seed);
      if (comes_back) {
        elsewhere.Add(static_cast<double>(MovedBetween(first, before, traffic).changes), seed);
      }
    }
  }
  return {moved.figure(), elsewhere.figure(), late.figure()};
}

std::vector<Figure> WeightCorrection(const RunSize& size) {
  constexpr int kAgents = 10;
  Worst before_peak("one agent has half of what it says: its utilisation / mean, before", 1.4,
                    true);
  Worst after_peak("the same after 60 minutes", 1.35);
  Worst corrections("weights corrected", 3);
  Worst truthful("weights corrected where all say the truth, noise20", 0);
  for (const uint64_t seed : size.AllSeeds()) {
    for (const bool lies : {true, false}) {
      const Traffic traffic = MakeTraffic(Shape::kZipf10, kPartitions, seed);
      SimulatedPool pool(kAgents, seed);
      for (MemberInput& member : pool.members) member.weight = 4;
      pool.options.correct_weights = true;
      pool.Build(traffic);
      SeededRandom random(seed);
      double first = 0;
      double last = 0;
      uint64_t corrected = 0;
      for (int round = 0; round < 360; ++round) {
        Measurements measurements = MeasureWithNoise(traffic, random);
        const std::unordered_map<uint64_t, double> loads = pool.Loads(traffic);
        double sum = 0;
        for (size_t i = 0; i < pool.members.size(); ++i) {
          const double capacity = lies && i == 3 ? 0.5 : 1;
          const auto load = loads.find(pool.members[i].hash);
          const double utilization =
              (load == loads.end() ? 0 : load->second) * kAgents / kTotalTraffic / capacity / 2;
          measurements.agents.push_back(
              {pool.members[i].hash, 0, static_cast<uint64_t>(utilization * 1e6)});
          sum += utilization;
          if (i == 3) last = utilization;
        }
        last = last * kAgents / sum;
        if (round == 0) first = last;
        corrected += pool.RunRound(measurements).weights_corrected;
      }
      if (lies) {
        before_peak.Add(first, seed);
        after_peak.Add(last, seed);
        corrections.Add(static_cast<double>(corrected), seed);
      } else {
        truthful.Add(static_cast<double>(corrected), seed);
      }
    }
  }
  return {before_peak.figure(), after_peak.figure(), corrections.figure(), truthful.figure()};
}

// Which member each client of a hot partition is sent to.
std::map<uint64_t, uint32_t> LeadersOf(const SimulatedPool& pool, uint64_t partition,
                                       const std::vector<uint64_t>& clients) {
  std::vector<LookupAgent> agents;
  for (const MemberInput& member : pool.members) agents.push_back({member.hash, 1, true});
  const PlanLookup lookup(std::make_shared<const Plan>(MakePlan(pool.state)), agents, nullptr);
  std::map<uint64_t, uint32_t> leaders;
  for (const uint64_t client : clients) leaders[client] = lookup.LeaderOf(partition, client);
  return leaders;
}

std::vector<Figure> LiveAssignment(const RunSize& size) {
  Worst hot_load("hot30 N=10, 12-30 clients that come and go: hot load per member / fair", 1.01);
  Worst reassigned("the same: clients that change their leader for each that comes or goes", 0.5);
  for (const uint64_t seed : size.AllSeeds()) {
    const Traffic traffic = MakeTraffic(Shape::kHot30, kPartitions, seed);
    SimulatedPool pool(10, seed);
    pool.Build(traffic);
    const uint64_t hot = traffic.partitions[traffic.Busiest()];
    SeededRandom random(seed);
    std::vector<uint64_t> clients;
    for (int i = 0; i < 20; ++i) clients.push_back(random.Next64());
    std::map<uint64_t, uint32_t> before;
    double most = 0;
    int changed = 0;
    int events = 0;
    for (int round = 0; round < 100; ++round) {
      if (round > 0) {
        const bool comes = clients.size() <= 12 || (clients.size() < 30 && random.Below(2) == 0);
        if (comes) {
          clients.push_back(random.Next64());
        } else {
          clients.erase(clients.begin() + static_cast<long>(random.Below(clients.size())));
        }
        ++events;
      }
      Measurements measurements = MeasureWithNoise(traffic, random);
      measurements.spread_use = {{hot, clients, {}}};
      pool.RunRound(measurements);
      const std::map<uint64_t, uint32_t> now = LeadersOf(pool, hot, clients);
      std::map<uint32_t, double> loads;
      for (const auto& [client, leader] : now) {
        loads[leader] += 3.0 / static_cast<double>(clients.size());
        most = std::max(most, loads[leader]);
        const auto known = before.find(client);
        changed += known != before.end() && known->second != leader ? 1 : 0;
      }
      before = now;
    }
    hot_load.Add(most, seed);
    reassigned.Add(static_cast<double>(changed) / events, seed);
  }
  return {hot_load.figure(), reassigned.figure()};
}

std::vector<Figure> SingleHeavyClient(const RunSize& size) {
  Worst marked("hot30 N=10, one client: minutes until it is marked", 16);
  Worst others("largest load of the other agents / their mean, 10 minutes later", 1.25);
  for (const uint64_t seed : size.AllSeeds()) {
    const Traffic traffic = MakeTraffic(Shape::kHot30, kPartitions, seed);
    SimulatedPool pool(10, seed);
    pool.Build(traffic);
    const uint64_t hot = traffic.partitions[traffic.Busiest()];
    const uint64_t client = Mix64(seed);
    int rounds = 0;
    for (; rounds < 200 && pool.state.unsplittable.empty(); ++rounds) {
      Measurements measurements = Measure(traffic);
      const uint64_t where = pool.members[LeadersOf(pool, hot, {client})[client]].hash;
      measurements.spread_use = {
          {hot, {client}, {{where, static_cast<uint64_t>(traffic.rates[traffic.Busiest()])}}}};
      pool.RunRound(measurements);
    }
    marked.Add(rounds / 6.0, seed);
    for (int round = 0; round < 60; ++round) pool.RunRound(Measure(traffic));
    std::unordered_map<uint64_t, double> loads = pool.Loads(traffic);
    const uint64_t holder = pool.state.agents[pool.state.FindPartition(hot)->leader].hash;
    const double rest = traffic.Total() - loads[holder];
    loads.erase(holder);
    double most = 0;
    for (const auto& [agent, load] : loads) most = std::max(most, load);
    others.Add(most * 9 / rest, seed);
  }
  return {marked.figure(), others.figure()};
}

std::vector<Figure> ControlPlaneRestart(const RunSize& size) {
  Worst different("zipf1.2 N=20: partitions that move when the control plane restarts", 0);
  Worst changes("the same: changes in the 60 ticks after it / before it, difference", 5);
  for (const uint64_t seed : size.AllSeeds()) {
    const Traffic traffic = MakeTraffic(Shape::kZipf12, kPartitions, seed);
    SimulatedPool pool(20, seed);
    pool.Build(traffic);
    SeededRandom random(seed);
    for (int round = 0; round < 150; ++round) pool.RunRound(MeasureWithNoise(traffic, random));
    const auto changes_in = [&](int rounds) {
      Placement before = pool.PlacementOf(traffic);
      size_t sum = 0;
      for (int round = 0; round < rounds; ++round) {
        pool.RunRound(MeasureWithNoise(traffic, random));
        const Placement after = pool.PlacementOf(traffic);
        sum += MovedBetween(before, after, traffic).changes;
        before = after;
      }
      return static_cast<double>(sum);
    };
    const double changes_before = changes_in(60);
    const Placement before = pool.PlacementOf(traffic);
    pool.state = RestorePlanState(MakePlan(pool.state), pool.options.warm_up_rounds,
                                  pool.options.slow_start_rounds);
    pool.RunRound(MeasureWithNoise(traffic, random));
    different.Add(
        static_cast<double>(MovedBetween(before, pool.PlacementOf(traffic), traffic).changes),
        seed);
    changes.Add(changes_in(60) - changes_before, seed);
  }
  return {different.figure(), changes.figure()};
}

// Load that somebody else puts on each agent: half of all traffic, uneven by +-`spread`.
std::vector<double> BaseLoads(int agents, double spread, Random& random) {
  std::vector<double> loads;
  double sum = 0;
  for (int i = 0; i < agents; ++i) {
    loads.push_back(1 + spread * (2 * random.Fraction() - 1));
    sum += loads.back();
  }
  for (double& load : loads) load *= kTotalTraffic / sum;
  return loads;
}

std::vector<Figure> BesideAnotherDecider(const RunSize& size) {
  constexpr int kAgents = 10;
  std::vector<Figure> figures;
  for (const double spread : {0.05, 0.5}) {
    const std::string name = absl::StrCat("half of the load is not ours, uneven by ", spread);
    Worst peak(name + ": total peak/mean", 1.25);
    Worst changes(name + ": leader changes/tick, noise20", 0.2);
    for (const uint64_t seed : size.AllSeeds()) {
      const Traffic traffic = MakeTraffic(Shape::kZipf10, kPartitions, seed);
      SeededRandom random(seed);
      const std::vector<double> base = BaseLoads(kAgents, spread, random);
      SimulatedPool pool(kAgents, seed);
      const auto measure = [&] {
        Measurements measurements = MeasureWithNoise(traffic, random);
        for (size_t i = 0; i < base.size(); ++i) {
          const double noisy = base[i] * (0.9 + 0.2 * random.Fraction());
          measurements.agents.push_back({pool.members[i].hash, static_cast<uint64_t>(noisy), 0});
        }
        return measurements;
      };
      for (int round = 0; round < 300; ++round) pool.RunRound(measure());
      size_t sum = 0;
      Placement before = pool.PlacementOf(traffic);
      double most = 0;
      for (int round = 0; round < 100; ++round) {
        pool.RunRound(measure());
        const Placement after = pool.PlacementOf(traffic);
        sum += MovedBetween(before, after, traffic).changes;
        before = after;
        std::unordered_map<uint64_t, double> loads = pool.Loads(traffic);
        for (size_t i = 0; i < base.size(); ++i) {
          most = std::max(most, loads[pool.members[i].hash] + base[i]);
        }
      }
      peak.Add(most * kAgents / (2 * kTotalTraffic), seed);
      changes.Add(static_cast<double>(sum) / 100, seed);
    }
    figures.push_back(peak.figure());
    figures.push_back(changes.figure());
  }
  return figures;
}

}  // namespace

std::vector<Row> JumpEventRows() {
  return {
      {"D1a", "consistent_random_jump beside a decider that it cannot steer", BesideAnotherDecider},
      {"E1", "ramp of a newcomer", Ramp},
      {"E2", "homes reserved over an announced restart", Reservation},
      {"E3", "an agent whose weight is wrong", WeightCorrection},
      {"E4", "client assignment while clients come and go", LiveAssignment},
      {"E5", "a hot partition of a single client", SingleHeavyClient},
      {"E6", "restart of the control plane", ControlPlaneRestart},
  };
}

}  // namespace bellwether

// The plan of consistent_random_jump with 200 agents and 100 000 partitions that have traffic.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "controlplane/assignment/agent_draws.h"
#include "controlplane/assignment/balancing_round.h"
#include "controlplane/assignment/plan_lookup.h"
#include "controlplane/assignment/plan_membership.h"
#include "controlplane/assignment/preferred_leader_cache.h"
#include "controlplane/base/random.h"
#include "controlplane/base/stable_hash.h"
#include "tests/simulation/simulated_pool.h"
#include "tests/simulation/workload.h"

namespace bellwether {
namespace {

constexpr int kAgents = 200;
constexpr size_t kPartitions = 100'000;

const Traffic& TheTraffic() {
  static const Traffic& traffic = *new Traffic(MakeTraffic(Shape::kZipf10, kPartitions, 1));
  return traffic;
}

SimulatedPool MakePool() {
  SimulatedPool pool(kAgents, 1);
  pool.Build(TheTraffic());
  return pool;
}

// With the homes of all partitions known, or (range 0) of none.
void LookUp(benchmark::State& state) {
  const SimulatedPool pool = MakePool();
  std::vector<LookupAgent> agents;
  for (const MemberInput& member : pool.members) agents.push_back({member.hash, 1, true});
  const PlanLookup lookup(
      std::make_shared<const Plan>(MakePlan(pool.state)), agents,
      state.range(0) == 0 ? nullptr : std::make_shared<const PreferredLeaderTable>(pool.state));
  SeededRandom random(1);
  std::vector<uint64_t> queries;
  for (int i = 0; i < 1 << 16; ++i) {
    queries.push_back(TheTraffic().partitions[random.Below(kPartitions)]);
  }
  size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(lookup.LeaderOf(queries[i & 0xFFFF], i));
    ++i;
  }
}
BENCHMARK(LookUp)->ArgName("preferred_leaders_known")->Arg(1)->Arg(0);

// The agent's weight where all weigh `weight`; 0: from 1 to 64.
int32_t WeightOf(int agent, int64_t weight) {
  return weight == 0 ? 1 + agent % 64 : static_cast<int32_t>(weight);
}

PlanLookup MakeIdleLookup(int agents, int64_t weight, const PlanLookup* earlier) {
  Plan plan;
  std::vector<LookupAgent> candidates;
  for (int i = 0; i < agents; ++i) {
    candidates.push_back({SimulatedPool::AgentHash(i, 1), WeightOf(i, weight), true});
    plan.agents.push_back(
        {candidates.back().hash, candidates.back().weight, candidates.back().weight});
  }
  std::sort(plan.agents.begin(), plan.agents.end(),
            [](const PlanAgent& a, const PlanAgent& b) { return a.hash < b.hash; });
  return PlanLookup(std::make_shared<const Plan>(std::move(plan)), candidates, nullptr, earlier);
}

// Partitions without traffic, by the number of agents and their weight (0: mixed): the first time
// (range 2 is 0), and later.
void LookUpIdle(benchmark::State& state) {
  constexpr uint64_t kIdle = 20'000;
  const int agents = static_cast<int>(state.range(0));
  PlanLookup lookup = MakeIdleLookup(agents, state.range(1), nullptr);
  uint64_t i = 0;
  if (state.range(2) != 0) {
    for (; i < kIdle; ++i) lookup.LeaderOf(Mix64(i), 0);
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(lookup.LeaderOf(Mix64(i), 0));
    i = state.range(2) != 0 && i >= kIdle ? 0 : i + 1;
  }
}
BENCHMARK(LookUpIdle)
    ->ArgNames({"agents", "weight", "again"})
    ->ArgsProduct({{10, 64, 100, 1'000, 10'000}, {1, 64, 0}, {0, 1}});

// An agent comes while 20 000 idle partitions are remembered.
void PublishIdle(benchmark::State& state) {
  const int agents = static_cast<int>(state.range(0));
  const PlanLookup lookup = MakeIdleLookup(agents, 1, nullptr);
  for (uint64_t i = 0; i < 20'000; ++i) lookup.LeaderOf(Mix64(i), 0);
  for (auto _ : state) {
    benchmark::DoNotOptimize(MakeIdleLookup(agents + 1, 1, &lookup).empty());
  }
}
BENCHMARK(PublishIdle)->ArgName("agents")->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

void RunRound(benchmark::State& state) {
  SimulatedPool pool = MakePool();
  SeededRandom random(1);
  std::vector<Measurements> measured;
  for (int i = 0; i < 8; ++i) measured.push_back(MeasureWithNoise(TheTraffic(), random));
  size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(pool.RunRound(measured[i & 7]));
    ++i;
  }
  const Plan plan = MakePlan(pool.state);
  const size_t bytes = pool.state.partitions.capacity() * sizeof(PartitionState) +
                       plan.moved.size() * sizeof(MovedPartition) + sizeof(PlanState) +
                       pool.state.agents.size() * sizeof(PlanSlot);
  state.counters["bytes_per_partition"] =
      static_cast<double>(bytes) / static_cast<double>(pool.state.partitions.size());
  state.counters["exceptions"] = static_cast<double>(plan.moved.size() + plan.spread.size());
}
BENCHMARK(RunRound)->Unit(benchmark::kMillisecond);

void Build(benchmark::State& state) {
  SimulatedPool pool(kAgents, 1);
  for (auto _ : state) pool.Build(TheTraffic());
}
BENCHMARK(Build)->Unit(benchmark::kMillisecond);

void Publish(benchmark::State& state) {
  const SimulatedPool pool = MakePool();
  std::vector<LookupAgent> agents;
  for (const MemberInput& member : pool.members) agents.push_back({member.hash, 1, true});
  const auto preferred_leaders = std::make_shared<const PreferredLeaderTable>(pool.state);
  for (auto _ : state) {
    const PlanLookup lookup(std::make_shared<const Plan>(MakePlan(pool.state)), agents,
                            preferred_leaders);
    benchmark::DoNotOptimize(lookup.empty());
  }
}
BENCHMARK(Publish)->Unit(benchmark::kMillisecond);

void MakePreferredLeaderTable(benchmark::State& state) {
  const SimulatedPool pool = MakePool();
  for (auto _ : state) benchmark::DoNotOptimize(PreferredLeaderTable(pool.state).size());
}
BENCHMARK(MakePreferredLeaderTable)->Unit(benchmark::kMillisecond);

// One agent leaves, and one joins with the first step of its ramp.
void LeaveAndJoin(benchmark::State& state) {
  SimulatedPool pool = MakePool();
  int next = kAgents;
  for (auto _ : state) {
    pool.members.erase(pool.members.begin());
    pool.ApplyMembers();
    pool.members.push_back({SimulatedPool::AgentHash(next++, 1), 1, false});
    pool.ApplyMembers();
  }
}
BENCHMARK(LeaveAndJoin)->Unit(benchmark::kMillisecond);

// The largest query in a pool of 1 000 agents of weight 64, or of weights 1 to 64 (range 0 is 0):
// for the first time (range 1 is 0), or again.
void LargestQuery(benchmark::State& state) {
  std::vector<RankedAgent> agents;
  for (int i = 0; i < 1'000; ++i) {
    agents.push_back({SimulatedPool::AgentHash(i, 1), WeightOf(i, state.range(0))});
  }
  const auto ask = [](const PreferredLeaderCache& winners) {
    for (uint64_t i = 0; i < kPartitions; ++i) benchmark::DoNotOptimize(winners.First(Mix64(i)));
  };
  const PreferredLeaderCache winners(AgentDraws(agents), nullptr);
  if (state.range(1) == 1) ask(winners);
  for (auto _ : state) ask(winners);
}
BENCHMARK(LargestQuery)
    ->ArgNames({"weight", "again"})
    ->ArgsProduct({{64, 0}, {0, 1}})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bellwether

BENCHMARK_MAIN();

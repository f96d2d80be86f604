// The plan of consistent_random_jump with 200 agents and 100 000 partitions that have traffic.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "controlplane/assignment/plan_lookup.h"
#include "controlplane/assignment/plan_membership.h"
#include "controlplane/assignment/plan_tick.h"
#include "controlplane/base/random.h"
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
      state.range(0) == 0 ? nullptr : std::make_shared<const HomeTable>(pool.state));
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
BENCHMARK(LookUp)->ArgName("homes_known")->Arg(1)->Arg(0);

void Tick(benchmark::State& state) {
  SimulatedPool pool = MakePool();
  SeededRandom random(1);
  std::vector<Measurements> measured;
  for (int i = 0; i < 8; ++i) measured.push_back(MeasureWithNoise(TheTraffic(), random));
  size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(pool.Tick(measured[i & 7]));
    ++i;
  }
  const Plan plan = MakePlan(pool.state);
  const size_t bytes = pool.state.partitions.capacity() * sizeof(PartitionState) +
                       plan.displaced.size() * sizeof(Displaced) + sizeof(PlanState) +
                       pool.state.agents.size() * sizeof(PlanSlot);
  state.counters["bytes_per_partition"] =
      static_cast<double>(bytes) / static_cast<double>(pool.state.partitions.size());
  state.counters["exceptions"] = static_cast<double>(plan.displaced.size() + plan.spread.size());
}
BENCHMARK(Tick)->Unit(benchmark::kMillisecond);

void Build(benchmark::State& state) {
  SimulatedPool pool(kAgents, 1);
  for (auto _ : state) pool.Build(TheTraffic());
}
BENCHMARK(Build)->Unit(benchmark::kMillisecond);

void Publish(benchmark::State& state) {
  const SimulatedPool pool = MakePool();
  std::vector<LookupAgent> agents;
  for (const MemberInput& member : pool.members) agents.push_back({member.hash, 1, true});
  const auto homes = std::make_shared<const HomeTable>(pool.state);
  for (auto _ : state) {
    const PlanLookup lookup(std::make_shared<const Plan>(MakePlan(pool.state)), agents, homes);
    benchmark::DoNotOptimize(lookup.empty());
  }
}
BENCHMARK(Publish)->Unit(benchmark::kMillisecond);

void MakeHomeTable(benchmark::State& state) {
  const SimulatedPool pool = MakePool();
  for (auto _ : state) benchmark::DoNotOptimize(HomeTable(pool.state).size());
}
BENCHMARK(MakeHomeTable)->Unit(benchmark::kMillisecond);

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

}  // namespace
}  // namespace bellwether

BENCHMARK_MAIN();

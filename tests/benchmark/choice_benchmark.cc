// Choices of leaders as threads that share a view make them.

#include <benchmark/benchmark.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/assignment/leader_view.h"
#include "controlplane/assignment/preference_list.h"
#include "controlplane/base/random.h"
#include "controlplane/base/stable_hash.h"
#include "controlplane/discovery/single_agent_picker.h"
#include "controlplane/planning/pool_snapshot.h"
#include "tests/simulation/simulated_pool.h"
#include "tests/simulation/workload.h"

namespace bellwether {
namespace {

constexpr absl::Duration kReportWindow = absl::Seconds(3);

MonotonicTime Start() { return MonotonicTime::SinceOrigin(absl::Hours(1)); }

// A pool in which every agent has reported.
const PoolSnapshot& ThePool(int agents) {
  static const PoolSnapshot& pool = *[&] {
    auto* const made = new PoolSnapshot;
    auto view = std::make_shared<PoolView>();
    for (int i = 0; i < agents; ++i) {
      ViewAgent agent;
      agent.registration.spec.agent_id = absl::StrCat("agent-", 100'000 + i);
      agent.state = AgentState::kActive;
      agent.hash = StableHash(agent.registration.spec.agent_id);
      view->agents.push_back(std::make_shared<const ViewAgent>(std::move(agent)));
      made->pending_loads.push_back(std::make_shared<PendingLoad>());
      made->pending_loads.back()->RecordReport(0.5 + 0.0001 * i, 100, 10, Start(), kReportWindow);
    }
    ChooseCandidates(*view);
    made->view = std::move(view);
    PrepareCandidates(*made);
    return made;
  }();
  return pool;
}

// single_agent among 1 000 agents. Reports come as often as they would: else the pending loads
// would grow up with answers that nobody has confirmed.
void SingleAgent(benchmark::State& state) {
  const PoolSnapshot& pool = ThePool(1'000);
  SeededRandom random(static_cast<uint64_t>(state.thread_index()) + 1);
  MonotonicTime now = Start();
  uint64_t answers = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(PickSingleAgent(
        {pool, pool.pending_loads, pool.view->candidates, ClientPlace(), /*sticky=*/false, now},
        random));
    now = now + absl::Microseconds(10);
    if (state.thread_index() == 0 && ++answers % 300 == 0) {
      pool.pending_loads[answers / 300 % pool.pending_loads.size()]->RecordReport(0.5, 100, 10, now,
                                                                                  kReportWindow);
    }
  }
}
BENCHMARK(SingleAgent)->ThreadRange(1, 2);

// consistent_random_jump among 200 agents, of which 100 000 partitions have traffic.
void LookUp(benchmark::State& state) {
  static const PlanLookup& lookup = *[] {
    SimulatedPool pool(200, 1);
    pool.Build(MakeTraffic(Shape::kZipf10, 100'000, 1));
    std::vector<LookupAgent> agents;
    for (const MemberInput& member : pool.members) agents.push_back({member.hash, 1, true});
    return new PlanLookup(std::make_shared<const Plan>(MakePlan(pool.state)), agents,
                          std::make_shared<const PreferredLeaderTable>(pool.state));
  }();
  static const Traffic& traffic = *new Traffic(MakeTraffic(Shape::kZipf10, 100'000, 1));
  SeededRandom random(static_cast<uint64_t>(state.thread_index()) + 1);
  std::vector<uint64_t> queries;
  for (int i = 0; i < 1 << 16; ++i) {
    queries.push_back(traffic.partitions[random.Below(traffic.partitions.size())]);
  }
  size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(lookup.LeaderOf(queries[i & 0xFFFF], i));
    ++i;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(LookUp)->ThreadRange(1, 2);

}  // namespace
}  // namespace bellwether

BENCHMARK_MAIN();

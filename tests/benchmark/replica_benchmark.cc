// What an agent does with its view of a pool: answers of leader queries without a call, and taking
// in changes. items_per_second are partitions answered for.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agentclient/pool_replica.h"
#include "controlplane/service/pool_view_proto.h"
#include "tests/simulation/simulated_pool.h"
#include "tests/simulation/workload.h"

namespace bellwether {
namespace {

constexpr size_t kPartitions = 100'000;

// A pool with traffic whose plan has its exceptions.
WatchedPool MakePool(int agents) {
  SimulatedPool simulated(agents, 1);
  simulated.Build(MakeTraffic(Shape::kZipf10, kPartitions, 1));
  WatchedPool pool;
  auto cluster = std::make_shared<VirtualCluster>();
  cluster->id = "orders";
  cluster->uid = "vci_1";
  pool.cluster = std::move(cluster);
  auto view = std::make_shared<PoolView>();
  view->version = 1;
  for (int i = 0; i < agents; ++i) {
    ViewAgent agent;
    agent.registration.spec.agent_id = absl::StrCat("agent-1-", i);
    agent.registration.spec.address = {absl::StrCat("agent-", i, ".example"), 9092};
    agent.registration.broker_id = i;
    agent.state = AgentState::kActive;
    agent.hash = SimulatedPool::AgentHash(i, 1);
    view->agents.push_back(std::make_shared<const ViewAgent>(std::move(agent)));
  }
  std::sort(view->agents.begin(), view->agents.end(), [](const auto& a, const auto& b) {
    return a->registration.spec.agent_id < b->registration.spec.agent_id;
  });
  ChooseCandidates(*view);
  pool.load_levels.assign(view->agents.size(), LoadLevelOf(0.5));
  pool.view = std::move(view);
  pool.plans.whole = std::make_shared<const Plan>(MakePlan(simulated.state));
  return pool;
}

std::shared_ptr<const PoolReplica> Apply(const std::shared_ptr<const PoolReplica>& before,
                                         const std::string& bytes) {
  v1::WatchPoolResponse message;
  message.ParseFromString(bytes);
  auto replica = PoolReplica::Apply(before, message);
  return replica.ok() ? *std::move(replica) : nullptr;
}

// One client after the other asks for a topic of so many partitions. The answer lists the leaders
// alone, or the cluster.
void Answer(benchmark::State& state) {
  const WatchedPool pool = MakePool(static_cast<int>(state.range(1)));
  const auto replica = Apply(nullptr, PoolViewEncoder().EncodeView(pool, 1));
  LeaderQuery query;
  query.client_id = "client";
  query.client_address = "10.0.0.1:40000";
  query.topics = {{"orders", static_cast<int32_t>(state.range(0))}};
  query.leaders_only = state.range(2) != 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        replica->Answer(query, MonotonicTime(), [](const LeaderView&, uint32_t, uint64_t) {}));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(Answer)
    ->ArgNames({"partitions", "agents", "leaders_only"})
    ->ArgsProduct({{1, 16, 1'000, 100'000}, {200}, {0, 1}})
    ->ArgsProduct({{16}, {10, 100, 1'000}, {0, 1}});

// The list alone, for answers of which the control plane gives the leaders.
void ListBrokers(benchmark::State& state) {
  const WatchedPool pool = MakePool(static_cast<int>(state.range(0)));
  const auto replica = Apply(nullptr, PoolViewEncoder().EncodeView(pool, 1));
  AskingClient client;
  client.client_id = "client";
  client.client_address = "10.0.0.1:40000";
  for (auto _ : state) benchmark::DoNotOptimize(replica->BrokersFor(client, MonotonicTime()));
}
BENCHMARK(ListBrokers)->ArgName("agents")->Arg(10)->Arg(100)->Arg(1'000);

// A full view; its bytes as a counter.
void TakeInView(benchmark::State& state) {
  const WatchedPool pool = MakePool(static_cast<int>(state.range(0)));
  const std::string bytes = PoolViewEncoder().EncodeView(pool, 1);
  for (auto _ : state) benchmark::DoNotOptimize(Apply(nullptr, bytes));
  state.counters["bytes"] = static_cast<double>(bytes.size());
}
BENCHMARK(TakeInView)->ArgName("agents")->Arg(200)->Arg(1'000)->Unit(benchmark::kMillisecond);

// An agent that drains.
void TakeInChange(benchmark::State& state) {
  const WatchedPool before = MakePool(static_cast<int>(state.range(0)));
  WatchedPool after = before;
  auto view = std::make_shared<PoolView>(*before.view);
  auto drained = std::make_shared<ViewAgent>(*view->agents[0]);
  drained->state = AgentState::kDraining;
  view->agents[0] = std::move(drained);
  view->candidates.clear();
  ChooseCandidates(*view);
  after.view = std::move(view);
  const PoolViewEncoder encoder;
  const auto replica = Apply(nullptr, encoder.EncodeView(before, 1));
  const std::string bytes = encoder.EncodeChange(before, 1, after, 2);
  for (auto _ : state) benchmark::DoNotOptimize(Apply(replica, bytes));
  state.counters["bytes"] = static_cast<double>(bytes.size());
}
BENCHMARK(TakeInChange)->ArgName("agents")->Arg(200)->Arg(1'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bellwether

BENCHMARK_MAIN();

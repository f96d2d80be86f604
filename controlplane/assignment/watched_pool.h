#ifndef CONTROLPLANE_ASSIGNMENT_WATCHED_POOL_H_
#define CONTROLPLANE_ASSIGNMENT_WATCHED_POOL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "controlplane/assignment/agent_loads.h"
#include "controlplane/assignment/plan.h"
#include "controlplane/base/clock.h"
#include "controlplane/model/pool_view.h"
#include "controlplane/model/virtual_cluster.h"

namespace bellwether {

// Everything that leader queries for one virtual cluster are answered from, as published to the
// agents that watch their pool. The objects that it points to never change.
struct WatchedPool {
  std::shared_ptr<const VirtualCluster> cluster;
  std::shared_ptr<const PoolView> view;
  PlanSet plans;
  // AgentPool::redirects_disabled.
  bool redirects_disabled = false;
  // At the positions of view->agents: each agent's load level (LoadLevelOf).
  std::vector<uint32_t> load_levels;
};

// The level of an unknown load, the level of an idle agent, and the levels for each hundredth of
// full utilisation.
inline constexpr uint32_t kLoadUnknown = 0;
inline constexpr uint32_t kLoadIdle = 1;
inline constexpr double kLoadLevelsOfCapacity = 100;
// Higher loads have this level too: further differences do not matter.
inline constexpr uint32_t kHighestLoadLevel = 1'000;

// The level of an agent with that utilisation (1 is full).
uint32_t LoadLevelOf(double utilization);
// The inverse of LoadLevelOf. REQUIRES: `level` is not kLoadUnknown.
double UtilizationOf(uint32_t level);

// The levels of `before` for the agents of `view`, at its positions; new agents are unknown.
std::vector<uint32_t> CarryLoadLevels(const WatchedPool& before, const PoolView& view);

// Loads by the published load levels. `pool` must outlive it.
class ReportedLoads final : public AgentLoads {
 public:
  explicit ReportedLoads(const WatchedPool& pool) : pool_(pool) {}

  std::optional<double> LoadOf(uint32_t position, MonotonicTime /*now*/) const override {
    if (pool_.load_levels[position] == kLoadUnknown) return std::nullopt;
    return ReportedLoadOf(position);
  }
  double ReportedLoadOf(uint32_t position) const override {
    return UtilizationOf(pool_.load_levels[position]) * pool_.view->agents[position]->weight();
  }
  // Not published.
  RequestsInFlight RequestsOf(uint32_t /*position*/) const override { return {}; }

 private:
  const WatchedPool& pool_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_WATCHED_POOL_H_

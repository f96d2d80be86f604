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

// Everything that leader queries for one virtual cluster are answered from, as agents that watch
// their pool are told it. A value; what it points to never changes.
struct WatchedPool {
  std::shared_ptr<const VirtualCluster> cluster;
  std::shared_ptr<const PoolView> view;
  PlanSet plans;
  // AgentPool::redirects_disabled.
  bool redirects_disabled = false;
  // At the positions of view->agents: how busy each is, by LoadLevelOf.
  std::vector<uint32_t> load_levels;
};

// What is not known of an agent's load, what is as idle as can be, and what each hundredth of its
// capacity adds to that.
inline constexpr uint32_t kLoadUnknown = 0;
inline constexpr uint32_t kLoadIdle = 1;
inline constexpr double kLoadLevelsOfCapacity = 100;
// Beyond this nobody needs to know how much too much it is.
inline constexpr uint32_t kHighestLoadLevel = 1'000;

// The level of an agent that does `utilization` of what it can (1 is all of it). Pure.
uint32_t LoadLevelOf(double utilization);
// The other way round. REQUIRES: `level` is not kLoadUnknown. Pure.
double UtilizationOf(uint32_t level);

// The levels of `before` for the agents of `view`, at its positions; whoever is new is unknown.
// Pure.
std::vector<uint32_t> CarryLoadLevels(const WatchedPool& before, const PoolView& view);

// Loads as they were told. `pool` must outlive it.
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
  // Is not told.
  RequestsInFlight RequestsOf(uint32_t /*position*/) const override { return {}; }

 private:
  const WatchedPool& pool_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_WATCHED_POOL_H_

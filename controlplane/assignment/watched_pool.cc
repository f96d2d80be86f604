#include "controlplane/assignment/watched_pool.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

namespace bellwether {

uint32_t LoadLevelOf(double utilization) {
  const double level = kLoadIdle + std::max(0.0, utilization) * kLoadLevelsOfCapacity;
  return static_cast<uint32_t>(std::lround(std::min<double>(level, kHighestLoadLevel)));
}

double UtilizationOf(uint32_t level) {
  return static_cast<double>(level - kLoadIdle) / kLoadLevelsOfCapacity;
}

std::vector<uint32_t> CarryLoadLevels(const WatchedPool& before, const PoolView& view) {
  std::vector<uint32_t> levels;
  levels.reserve(view.agents.size());
  size_t old = 0;
  for (const std::shared_ptr<const ViewAgent>& agent : view.agents) {
    // Both lists are sorted by id.
    const std::string& id = agent->registration.spec.agent_id;
    const auto& olds = before.view->agents;
    while (old < olds.size() && olds[old]->registration.spec.agent_id < id) ++old;
    const bool is_there = old < olds.size() && olds[old]->registration.spec.agent_id == id;
    levels.push_back(is_there ? before.load_levels[old] : kLoadUnknown);
  }
  return levels;
}

}  // namespace bellwether

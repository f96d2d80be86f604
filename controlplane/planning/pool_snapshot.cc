#include "controlplane/planning/pool_snapshot.h"

namespace bellwether {
namespace {

std::vector<uint64_t> CumulativeWeights(const PoolView& view) {
  std::vector<uint64_t> sums;
  sums.reserve(view.candidates.size());
  uint64_t sum = 0;
  for (const uint32_t candidate : view.candidates) {
    sum += view.agents[candidate]->weight();
    sums.push_back(sum);
  }
  return sums;
}

}  // namespace

void PrepareCandidates(PoolSnapshot& snapshot) {
  snapshot.cumulative_weights = CumulativeWeights(*snapshot.view);
  snapshot.load = std::make_shared<PoolLoad>();
}

}  // namespace bellwether

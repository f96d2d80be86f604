#include "controlplane/planning/pool_snapshot.h"

#include <algorithm>
#include <string>

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

// Adds `name` to a sorted list that has each name once.
void AddName(const std::string& name, std::vector<std::string>& names) {
  if (name.empty()) return;
  const auto at = std::lower_bound(names.begin(), names.end(), name);
  if (at == names.end() || *at != name) names.insert(at, name);
}

// Names of dead agents count too: a client of a zone that is down just now made no mistake.
KnownNames NamesIn(const PoolView& view) {
  KnownNames names;
  for (const auto& agent : view.agents) {
    AddName(agent->registration.spec.zone, names.zones);
    AddName(agent->registration.spec.agent_group, names.agent_groups);
  }
  return names;
}

}  // namespace

void PrepareCandidates(PoolSnapshot& snapshot) {
  snapshot.cumulative_weights = CumulativeWeights(*snapshot.view);
  snapshot.load = std::make_shared<PoolLoad>();
}

void PrepareForQueries(PoolSnapshot& snapshot) {
  PrepareCandidates(snapshot);
  snapshot.known_names = std::make_shared<const KnownNames>(NamesIn(*snapshot.view));
}

}  // namespace bellwether

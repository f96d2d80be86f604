#include "controlplane/assignment/named_brokers.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "controlplane/assignment/jump_order.h"

namespace bellwether {

std::vector<uint32_t> NamedBrokers(const PoolView& view, const PositionSet& leaders,
                                   uint64_t client_hash) {
  std::vector<uint32_t> brokers = leaders.Ascending();
  if (brokers.size() >= kMinNamedBrokers) return brokers;

  // The client's liking, taken at no partition in particular.
  std::vector<std::pair<uint64_t, uint32_t>> others;
  for (const uint32_t position : view.candidates) {
    if (leaders.Contains(position)) continue;
    others.emplace_back(ClientScore(client_hash, 0, view.agents[position]->hash), position);
  }
  const size_t missing = std::min(kMinNamedBrokers - brokers.size(), others.size());
  std::partial_sort(others.begin(), others.begin() + missing, others.end(), std::greater<>());
  for (size_t i = 0; i < missing; ++i) brokers.push_back(others[i].second);
  std::sort(brokers.begin(), brokers.end());
  return brokers;
}

}  // namespace bellwether

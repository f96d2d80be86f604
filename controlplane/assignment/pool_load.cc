#include "controlplane/assignment/pool_load.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace bellwether {

void PoolLoad::Refresh(const PoolView& view, const AgentLoads& loads, MonotonicTime now) {
  constexpr absl::Duration kInterval = absl::Seconds(1);
  const int64_t at = absl::ToInt64Nanoseconds(now.since_origin());
  int64_t next = next_look_.load(std::memory_order_relaxed);
  if (at < next) return;
  const int64_t after = at + absl::ToInt64Nanoseconds(kInterval);
  if (!next_look_.compare_exchange_strong(next, after, std::memory_order_relaxed)) return;

  std::vector<RequestsInFlight> in_flight;
  in_flight.reserve(view.candidates.size());
  double load = 0;
  double reported = 0;
  double weight = 0;
  int64_t connections = 0;
  double least = view.candidates.empty() ? 0 : std::numeric_limits<double>::infinity();
  for (const uint32_t position : view.candidates) {
    const std::optional<double> known = loads.LoadOf(position, now);
    if (!known.has_value()) {
      least = 0;
      continue;
    }
    const double agent_weight = view.agents[position]->weight();
    load += *known;
    reported += loads.ReportedLoadOf(position);
    weight += agent_weight;
    least = std::min(least, *known / agent_weight);
    in_flight.push_back(loads.RequestsOf(position));
    connections += in_flight.back().connections;
  }
  hot_above_.store(HotAbove(in_flight), std::memory_order_relaxed);
  mean_utilization_.store(weight > 0 ? load / weight : 0, std::memory_order_relaxed);
  reported_utilization_.store(weight > 0 ? reported / weight : 0, std::memory_order_relaxed);
  arrival_.store(ArrivalDelta(reported, connections), std::memory_order_relaxed);
  least_utilization_.store(least, std::memory_order_relaxed);
}

bool PoolLoad::IsHot(const RequestsInFlight& requests) const {
  return bellwether::IsHot(requests, hot_above_.load(std::memory_order_relaxed));
}

}  // namespace bellwether

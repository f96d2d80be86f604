#include "controlplane/planning/pool_load.h"

#include "controlplane/assignment/single_agent.h"

namespace bellwether {
namespace {

RequestsInFlight RequestsOf(const LoadLedger& ledger) {
  return {ledger.in_flight_requests(), ledger.connections()};
}

}  // namespace

void PoolLoad::Refresh(const PoolView& view,
                       const std::vector<std::shared_ptr<LoadLedger>>& ledgers, MonotonicTime now) {
  constexpr absl::Duration kInterval = absl::Seconds(1);
  const int64_t at = absl::ToInt64Nanoseconds(now.since_origin());
  int64_t next = next_look_.load(std::memory_order_relaxed);
  if (at < next) return;
  const int64_t after = at + absl::ToInt64Nanoseconds(kInterval);
  if (!next_look_.compare_exchange_strong(next, after, std::memory_order_relaxed)) return;

  std::vector<RequestsInFlight> in_flight;
  in_flight.reserve(view.candidates.size());
  double load = 0;
  double weight = 0;
  bool all_overloaded = !view.candidates.empty();
  for (const uint32_t position : view.candidates) {
    const LoadLedger& ledger = *ledgers[position];
    if (!ledger.HasReport(now)) {
      all_overloaded = false;
      continue;
    }
    const double agent_load = ledger.reported_load() + ledger.pending();
    const double agent_weight = view.agents[position]->weight();
    load += agent_load;
    weight += agent_weight;
    all_overloaded = all_overloaded && agent_load > kOverloaded * agent_weight;
    in_flight.push_back(RequestsOf(ledger));
  }
  hot_above_.store(HotAbove(in_flight), std::memory_order_relaxed);
  mean_utilization_.store(weight > 0 ? load / weight : 0, std::memory_order_relaxed);
  all_overloaded_.store(all_overloaded, std::memory_order_relaxed);
}

bool PoolLoad::IsHot(const LoadLedger& ledger) const {
  return bellwether::IsHot(RequestsOf(ledger), hot_above_.load(std::memory_order_relaxed));
}

}  // namespace bellwether

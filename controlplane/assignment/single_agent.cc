#include "controlplane/assignment/single_agent.h"

#include <algorithm>
#include <array>
#include <limits>

namespace bellwether {
namespace {

// Position of the first sum above `ticket`.
size_t PositionOf(uint64_t ticket, const std::vector<uint64_t>& cumulative_weights) {
  return std::upper_bound(cumulative_weights.begin(), cumulative_weights.end(), ticket) -
         cumulative_weights.begin();
}

uint64_t BeginOf(size_t position, const std::vector<uint64_t>& cumulative_weights) {
  return position == 0 ? 0 : cumulative_weights[position - 1];
}

uint64_t WeightAt(size_t position, const std::vector<uint64_t>& cumulative_weights) {
  return cumulative_weights[position] - BeginOf(position, cumulative_weights);
}

}  // namespace

DrawnPair DrawTwo(const std::vector<uint64_t>& cumulative_weights, std::optional<size_t> without,
                  Random& random) {
  // The tickets of agents that are already drawn or left out are cut out of the range.
  std::array<size_t, 2> cut = {};
  size_t cuts = 0;
  const auto draw = [&] {
    std::sort(cut.begin(), cut.begin() + cuts);
    uint64_t total = cumulative_weights.back();
    for (size_t i = 0; i < cuts; ++i) total -= WeightAt(cut[i], cumulative_weights);
    uint64_t ticket = random.Below(total);
    for (size_t i = 0; i < cuts; ++i) {
      if (ticket < BeginOf(cut[i], cumulative_weights)) break;
      ticket += WeightAt(cut[i], cumulative_weights);
    }
    return PositionOf(ticket, cumulative_weights);
  };
  if (without.has_value() && cumulative_weights.size() > 1) cut[cuts++] = *without;
  DrawnPair drawn;
  drawn.first = draw();
  drawn.second = drawn.first;
  if (cumulative_weights.size() == cuts + 1) return drawn;
  cut[cuts++] = drawn.first;
  drawn.second = draw();
  return drawn;
}

bool SecondIsBetter(const LoadEstimate& first, const LoadEstimate& second, Random& random) {
  if (first.hot != second.hot) return first.hot;
  if (first.slow_start_full != second.slow_start_full) return first.slow_start_full;
  if (first.utilization != second.utilization) return second.utilization < first.utilization;
  if (first.connections != second.connections) return second.connections < first.connections;
  return random.Below(2) == 1;
}

double ArrivalDelta(double total_load, int64_t total_connections) {
  constexpr double kConnectionsPerClient = 1.5;
  const double connections = static_cast<double>(std::max<int64_t>(1, total_connections));
  return std::max(kMinArrivalDelta, kConnectionsPerClient * total_load / connections);
}

double RequestsInFlight::per_connection() const {
  return static_cast<double>(requests) / static_cast<double>(std::max<int64_t>(1, connections));
}

double HotAbove(const std::vector<RequestsInFlight>& reports) {
  std::vector<double> ratios;
  ratios.reserve(reports.size());
  for (const RequestsInFlight& report : reports) {
    if (report.requests > 0 || report.connections > 0) ratios.push_back(report.per_connection());
  }
  if (ratios.size() < 3) return std::numeric_limits<double>::infinity();
  const auto quantile = [&ratios](size_t rank) {
    std::nth_element(ratios.begin(), ratios.begin() + rank, ratios.end());
    return ratios[rank];
  };
  const size_t last = ratios.size() - 1;
  return std::max(2 * quantile(last / 2), quantile(last * 85 / 100));
}

bool IsHot(const RequestsInFlight& report, double hot_above) {
  return report.requests > kMinHotRequests && report.per_connection() > hot_above;
}

double SlowStartCeiling(double mean_utilization, absl::Duration elapsed) {
  constexpr double kSharePerStep = 0.2;
  constexpr absl::Duration kStep = absl::Seconds(5);
  // In an idle pool a new agent needs no protection.
  constexpr double kIdle = 0.1;
  const double share = kSharePerStep * absl::FDivDuration(elapsed, kStep);
  if (share >= 1) return std::numeric_limits<double>::infinity();
  return share * std::max(mean_utilization, kIdle);
}

bool StaysAt(const LoadEstimate& current, const LoadEstimate& better, double arrival) {
  constexpr double kTolerance = 1.10;
  if (current.hot && !better.hot) return false;
  return current.utilization <= kTolerance * (better.utilization + arrival);
}

}  // namespace bellwether

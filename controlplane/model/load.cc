#include "controlplane/model/load.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

// Clamps `value` to [0, limit]; returns whether that changed it.
template <typename T>
bool Clamp(T& value, T limit) {
  // Written so that NaN, which is not less than anything, becomes 0.
  const T clamped = value > 0 ? std::min(value, limit) : T{0};
  if (clamped == value) return false;
  value = clamped;
  return true;
}

int64_t ClampRate(PartitionRate& rate) {
  return (Clamp(rate.bytes_in_per_second, kMaxBytesPerSecond) ? 1 : 0) +
         (Clamp(rate.bytes_out_per_second, kMaxBytesPerSecond) ? 1 : 0);
}

bool NamesPartition(const PartitionRate& rate) {
  return !rate.topic.empty() && rate.topic.size() <= kMaxTopicLength && rate.partition >= 0 &&
         rate.partition < kMaxPartitionsPerQuery && rate.plan_zone.size() <= kMaxZoneLength;
}

}  // namespace

double Utilization(const AgentLoad& load) {
  double utilization = std::max(load.cpu_utilization, load.network_utilization);
  if (load.connection_limit > 0) {
    utilization = std::max(utilization, static_cast<double>(load.connections) /
                                            static_cast<double>(load.connection_limit));
  }
  return std::min(utilization, 1.0);
}

bool IsCredible(const AgentLoad& load) {
  // Measured over an interval, a busy agent may seem to use a little more than there is.
  constexpr double kMaxUtilization = 2;
  const auto is_share = [](double share) { return share >= 0 && share <= kMaxUtilization; };
  return is_share(load.cpu_utilization) && is_share(load.network_utilization) &&
         load.connections >= 0 && load.connections <= kMaxConnections &&
         load.connection_limit >= 0 && load.in_flight_requests >= 0 &&
         load.in_flight_requests <= kMaxInFlightRequests;
}

int64_t ClampLoadReport(LoadReport& report) {
  AgentLoad& load = report.load;
  int64_t changes = 0;
  changes += Clamp(load.cpu_utilization, 1.0) ? 1 : 0;
  changes += Clamp(load.network_utilization, 1.0) ? 1 : 0;
  changes += Clamp(load.connections, kMaxConnections) ? 1 : 0;
  changes += Clamp(load.connection_limit, kMaxConnections) ? 1 : 0;
  changes += Clamp(load.bytes_in_per_second, kMaxBytesPerSecond) ? 1 : 0;
  changes += Clamp(load.bytes_out_per_second, kMaxBytesPerSecond) ? 1 : 0;
  changes += Clamp(load.in_flight_requests, kMaxInFlightRequests) ? 1 : 0;

  std::vector<PartitionRate> kept;
  kept.reserve(std::min(report.partition_rates.size(), kMaxPartitionRates));
  for (PartitionRate& rate : report.partition_rates) {
    changes += ClampRate(rate);
    if (!NamesPartition(rate)) {
      ++changes;
    } else if (kept.size() < kMaxPartitionRates) {
      kept.push_back(std::move(rate));
    } else {
      ++changes;
      report.other_rate.bytes_in_per_second += rate.bytes_in_per_second;
      report.other_rate.bytes_out_per_second += rate.bytes_out_per_second;
    }
  }
  report.partition_rates = std::move(kept);
  changes += ClampRate(report.other_rate);
  return changes;
}

}  // namespace bellwether

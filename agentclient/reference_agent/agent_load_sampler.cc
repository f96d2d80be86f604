#include "agentclient/reference_agent/agent_load_sampler.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

constexpr absl::Duration kAveragedOver = absl::Seconds(10);
// Two samples that are nearer to each other would measure little but noise.
constexpr absl::Duration kShortestInterval = absl::Milliseconds(100);
// A partition below this is forgotten, so that the map stays as small as the traffic is.
constexpr double kLeastRate = 0.1;

// A moving average whose memory of the past fades with time, whatever the intervals.
double Faded(double average, double per_second, double share_of_new) {
  return average + (per_second - average) * share_of_new;
}

}  // namespace

AgentLoadSampler::AgentLoadSampler(const Clock& clock, const CpuMeter& cpu, kafka::Traffic& traffic,
                                   const AgentCapacity& capacity)
    : clock_(clock),
      cpu_(cpu),
      traffic_(traffic),
      capacity_(capacity),
      last_time_(clock.MonotonicNow()),
      last_cpu_used_(cpu.Used()) {}

void AgentLoadSampler::Sample(v1::HeartbeatRequest& heartbeat) {
  const MonotonicTime now = clock_.MonotonicNow();
  if (now - last_time_ >= kShortestInterval) Measure(now);
  v1::AgentLoad& load = *heartbeat.mutable_load();
  load.set_cpu_utilization(cpu_utilization_);
  if (capacity_.network_bytes_per_second > 0) {
    // Networks carry as much in each direction.
    load.set_network_utilization(
        std::min(1.0, std::max(bytes_in_per_second_, bytes_out_per_second_) /
                          static_cast<double>(capacity_.network_bytes_per_second)));
  }
  load.set_connections(traffic_.open_connections());
  load.set_connection_limit(capacity_.connection_limit);
  load.set_bytes_in_per_second(bytes_in_per_second_);
  load.set_bytes_out_per_second(bytes_out_per_second_);
  load.set_in_flight_requests(traffic_.in_flight_requests());
  FillRates(heartbeat);
}

void AgentLoadSampler::Measure(MonotonicTime now) {
  const absl::Duration elapsed = now - last_time_;
  const absl::Duration cpu_used = cpu_.Used();
  cpu_utilization_ =
      std::clamp(absl::FDivDuration(cpu_used - last_cpu_used_, elapsed) / cpu_.cores(), 0.0, 1.0);
  UpdateRates(traffic_.TakeInterval(), elapsed);
  last_time_ = now;
  last_cpu_used_ = cpu_used;
}

void AgentLoadSampler::UpdateRates(const kafka::TrafficInterval& interval, absl::Duration elapsed) {
  const double seconds = absl::ToDoubleSeconds(elapsed);
  const double share_of_new = 1 - std::exp(-absl::FDivDuration(elapsed, kAveragedOver));
  bytes_in_per_second_ =
      Faded(bytes_in_per_second_, static_cast<double>(interval.bytes_in) / seconds, share_of_new);
  bytes_out_per_second_ =
      Faded(bytes_out_per_second_, static_cast<double>(interval.bytes_out) / seconds, share_of_new);
  for (auto& [partition, rate] : rates_) rate = Faded(rate, 0, share_of_new);
  for (const kafka::TrafficInterval::Partition& partition : interval.partitions) {
    // Has faded already: add what is new.
    rates_[{partition.topic, partition.partition, partition.plan_zone}] +=
        static_cast<double>(partition.bytes_in) / seconds * share_of_new;
  }
  absl::erase_if(rates_, [](const auto& entry) { return entry.second < kLeastRate; });
}

void AgentLoadSampler::FillRates(v1::HeartbeatRequest& heartbeat) const {
  using Entry = decltype(rates_)::value_type;
  std::vector<const Entry*> busiest;
  busiest.reserve(rates_.size());
  for (const Entry& entry : rates_) busiest.push_back(&entry);
  const size_t named = std::min(busiest.size(), kMaxPartitionRates);
  std::nth_element(busiest.begin(), busiest.begin() + static_cast<std::ptrdiff_t>(named),
                   busiest.end(),
                   [](const Entry* a, const Entry* b) { return a->second > b->second; });
  for (size_t i = 0; i < named; ++i) {
    v1::PartitionRate& rate = *heartbeat.add_partition_rates();
    const auto& [topic, partition, plan_zone] = busiest[i]->first;
    rate.set_topic(topic);
    rate.set_partition(partition);
    rate.set_plan_zone(plan_zone);
    rate.set_bytes_in_per_second(busiest[i]->second);
  }
  double others = 0;
  for (size_t i = named; i < busiest.size(); ++i) others += busiest[i]->second;
  heartbeat.mutable_other_rate()->set_bytes_in_per_second(others);
}

}  // namespace bellwether

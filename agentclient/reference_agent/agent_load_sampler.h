#ifndef AGENTCLIENT_REFERENCE_AGENT_AGENT_LOAD_SAMPLER_H_
#define AGENTCLIENT_REFERENCE_AGENT_AGENT_LOAD_SAMPLER_H_

#include <cstdint>
#include <string>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "agentclient/load_sampler.h"
#include "agentclient/reference_agent/cpu_meter.h"
#include "agentclient/reference_agent/kafka/traffic.h"
#include "bellwether/v1/load.pb.h"
#include "controlplane/base/clock.h"

namespace bellwether {

// The capacity that the reference agent's network traffic and connections are measured against.
struct AgentCapacity {
  int64_t connection_limit = 0;
  // 0 if unknown: then no network utilization is reported.
  int64_t network_bytes_per_second = 0;
};

// Measures the reference agent: CPU over the time since the last sample, bytes per second as a
// moving average over about 10 seconds. Not thread-safe: one heartbeater uses it.
class AgentLoadSampler final : public LoadSampler {
 public:
  // Starts to measure. All references must outlive it.
  AgentLoadSampler(const Clock& clock, const CpuMeter& cpu, kafka::Traffic& traffic,
                   const AgentCapacity& capacity);

  void Sample(v1::HeartbeatRequest& heartbeat) override;

 private:
  void Measure(MonotonicTime now);
  void UpdateRates(const kafka::TrafficInterval& interval, absl::Duration elapsed);
  void FillRates(v1::HeartbeatRequest& heartbeat) const;

  const Clock& clock_;
  const CpuMeter& cpu_;
  kafka::Traffic& traffic_;
  const AgentCapacity capacity_;

  MonotonicTime last_time_;
  absl::Duration last_cpu_used_;
  double cpu_utilization_ = 0;
  double bytes_in_per_second_ = 0;
  double bytes_out_per_second_ = 0;
  // Bytes written per second, by topic, partition and the zone of the plan that led the writers
  // here.
  absl::flat_hash_map<std::tuple<std::string, int32_t, std::string>, double> rates_;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_REFERENCE_AGENT_AGENT_LOAD_SAMPLER_H_

#ifndef CONTROLPLANE_MODEL_LOAD_H_
#define CONTROLPLANE_MODEL_LOAD_H_

#include <cstdint>
#include <string>
#include <vector>

namespace bellwether {

// How busy an agent says it is. A value.
struct AgentLoad {
  // Shares of what the agent may use, 0 to 1.
  double cpu_utilization = 0;
  double network_utilization = 0;
  int64_t connections = 0;
  // 0 if it has no limit of its own.
  int64_t connection_limit = 0;
  double bytes_in_per_second = 0;
  double bytes_out_per_second = 0;
  int64_t in_flight_requests = 0;
};

// The largest of its utilisations: CPU, network, and connections where they are limited. 0 to 1 for
// a load that was clamped. Pure.
double Utilization(const AgentLoad& load);

// Whether somebody may steer by `load`, as it was before it was clamped. Not by NaN or a negative
// number, nor by more than twice what there is: clamped, some of these look like an idle agent, to
// which every client would be sent. Pure.
bool IsCredible(const AgentLoad& load);

// Traffic of one partition on one agent. A value.
struct PartitionRate {
  std::string topic;
  int32_t partition = 0;
  double bytes_in_per_second = 0;
  double bytes_out_per_second = 0;
  // The zone whose plan led the clients there; empty: the pool's own plan did.
  std::string plan_zone = "";
};

// What a heartbeat says of an agent's work. A value.
struct LoadReport {
  AgentLoad load;
  // What clients of consistent_random_jump bring; a partition comes once for each plan.
  std::vector<PartitionRate> partition_rates;
  // Everything else together; nothing but its bytes means something.
  PartitionRate other_rate;
};

// Makes `report` safe to use: NaN and negative numbers become 0, absurd ones the limit,
// utilisations at most 1; rates beyond kMaxPartitionRates go into `other_rate`, rates without a
// valid topic or zone are dropped. Returns how many numbers and rates it had to change. Pure but
// for its argument.
int64_t ClampLoadReport(LoadReport& report);

}  // namespace bellwether

#endif  // CONTROLPLANE_MODEL_LOAD_H_

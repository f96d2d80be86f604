#ifndef CONTROLPLANE_MODEL_LOAD_H_
#define CONTROLPLANE_MODEL_LOAD_H_

#include <cstdint>
#include <string>
#include <vector>

namespace bellwether {

// The load that an agent reports.
struct AgentLoad {
  // Fractions of the resources that the agent may use, 0 to 1.
  double cpu_utilization = 0;
  double network_utilization = 0;
  int64_t connections = 0;
  // 0 if it has no limit of its own.
  int64_t connection_limit = 0;
  double bytes_in_per_second = 0;
  double bytes_out_per_second = 0;
  int64_t in_flight_requests = 0;
};

// The highest of its utilizations: CPU, network, and connections if they are limited. 0 to 1 for a
// clamped load. Pure.
double Utilization(const AgentLoad& load);

// Whether `load`, before clamping, may be used for decisions. False for NaN, for a negative number,
// and for more than twice the available resources: clamped, some of these look like an idle agent,
// which would attract every client. Pure.
bool IsCredible(const AgentLoad& load);

// Traffic of one partition on one agent.
struct PartitionRate {
  std::string topic;
  int32_t partition = 0;
  double bytes_in_per_second = 0;
  double bytes_out_per_second = 0;
  // The zone whose plan sent the clients there; empty: the pool's own plan.
  std::string plan_zone = "";
};

// The load part of a heartbeat.
struct LoadReport {
  AgentLoad load;
  // Traffic of clients under consistent_random_jump, with one entry for each partition and plan.
  std::vector<PartitionRate> partition_rates;
  // All other traffic together; only its bytes are meaningful.
  PartitionRate other_rate;
};

// Makes `report` safe to use: NaN and negative numbers become 0, excessive ones the limit,
// utilizations at most 1; rates beyond kMaxPartitionRates are added to `other_rate`, rates without
// a valid topic or zone are dropped. Returns how many numbers and rates were changed. Pure but for
// its argument.
int64_t ClampLoadReport(LoadReport& report);

}  // namespace bellwether

#endif  // CONTROLPLANE_MODEL_LOAD_H_

#ifndef CONTROLPLANE_ASSIGNMENT_PLAN_INPUT_H_
#define CONTROLPLANE_ASSIGNMENT_PLAN_INPUT_H_

#include <cstdint>
#include <vector>

namespace bellwether {

// An agent that the plan is to include.
struct MemberInput {
  // StableHash of the agent id.
  uint64_t hash = 0;
  // As the agent declares it; 1 to kMaxWeight.
  int32_t weight = 1;
  // It announced a restart: its partitions are reserved for it for PlanOptions::reserved_rounds.
  bool reserved = false;
};

// An agent's load apart from the partitions of this plan.
struct AgentMeasurement {
  uint64_t hash = 0;
  // Background load in bytes per second: traffic that another strategy or another zone's plan sent
  // to the agent.
  uint64_t base_bytes_per_second = 0;
  // The largest of its utilisations, in millionths; 0 if it reported none. Used only with
  // PlanOptions::correct_weights.
  uint64_t utilization_ppm = 0;
};

// The traffic of a partition, summed over the agents that carry it. A value.
struct MeasuredRate {
  // PartitionHash.
  uint64_t partition = 0;
  uint64_t bytes_per_second = 0;
  // An agent that reported the partition before has not reported it this time: the old value counts
  // for PlanOptions::late_rounds, then this one.
  bool incomplete = false;
};

// One agent's traffic of a spread partition.
struct MemberRate {
  uint64_t agent_hash = 0;
  uint64_t bytes_per_second = 0;
};

// The clients and traffic of a spread partition.
struct SpreadUse {
  uint64_t partition = 0;
  // ClientHash of the clients seen in the last 15 minutes. Beyond twice
  // PlanOptions::assign_clients_per_member for each leader, any of them may be left out.
  std::vector<uint64_t> clients;
  std::vector<MemberRate> rates;
};

// The measurements between two balancing rounds.
struct Measurements {
  // By partition, each once: see SumRates. A partition that is not here has no traffic.
  std::vector<MeasuredRate> rates;
  // In any order. An agent that is not here has no background load.
  std::vector<AgentMeasurement> agents;
  // In any order; only partitions that the plan spreads. Unknown values may be left out.
  std::vector<SpreadUse> spread_use;
};

// Turns a concatenation of the agents' reports into the form that Measurements needs: sorted by
// partition, with one entry for each partition that is the sum of its entries.
void SumRates(std::vector<MeasuredRate>& rates);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_PLAN_INPUT_H_

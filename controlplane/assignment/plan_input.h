#ifndef CONTROLPLANE_ASSIGNMENT_PLAN_INPUT_H_
#define CONTROLPLANE_ASSIGNMENT_PLAN_INPUT_H_

#include <cstdint>
#include <vector>

namespace bellwether {

// An agent that the plan is to count with. A value.
struct MemberInput {
  // StableHash of the agent id.
  uint64_t hash = 0;
  // As the agent declares it; 1 to kMaxWeight.
  int32_t weight = 1;
  // It restarts, as announced: its homes stay its own for PlanOptions::reserved_rounds.
  bool reserved = false;
};

// What an agent carries beside the partitions of this plan. A value.
struct AgentMeasurement {
  uint64_t hash = 0;
  // Bytes per second that somebody else sent there: another strategy, another zone's plan.
  uint64_t base_bytes_per_second = 0;
  // The largest of its utilisations, in millionths; 0 if it did not say. Looked at only where
  // PlanOptions::correct_weights is set.
  uint64_t utilization_ppm = 0;
};

// The traffic of a partition, summed over the agents that carry it. A value.
struct MeasuredRate {
  // PartitionHash.
  uint64_t partition = 0;
  uint64_t bytes_per_second = 0;
  // An agent that reported it before has not reported this time: the old value counts for
  // PlanOptions::late_rounds, then what is here.
  bool incomplete = false;
};

// What one agent carries of a spread partition. A value.
struct MemberRate {
  uint64_t agent_hash = 0;
  uint64_t bytes_per_second = 0;
};

// Who uses a spread partition. A value.
struct SpreadUse {
  uint64_t partition = 0;
  // ClientHash of those seen in the last 15 minutes. Beyond twice
  // PlanOptions::assign_clients_per_member for each leader it does not matter who is left out.
  std::vector<uint64_t> clients;
  std::vector<MemberRate> rates;
};

// What is measured between two ticks. A value.
struct Measurements {
  // By partition, each once: see SumRates. A partition that is not here has no traffic.
  std::vector<MeasuredRate> rates;
  // In any order. An agent that is not here has no base load.
  std::vector<AgentMeasurement> agents;
  // In any order; only of partitions that the plan spreads. What is not known may be left out.
  std::vector<SpreadUse> spread_use;
};

// Puts what the agents reported, one after the other, into the form that Measurements wants: sorted
// by partition, one entry for each, the sum of its entries. Pure but for its argument.
void SumRates(std::vector<MeasuredRate>& rates);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_PLAN_INPUT_H_

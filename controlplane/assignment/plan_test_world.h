#ifndef CONTROLPLANE_ASSIGNMENT_PLAN_TEST_WORLD_H_
#define CONTROLPLANE_ASSIGNMENT_PLAN_TEST_WORLD_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/assignment/agent_draws.h"
#include "controlplane/assignment/balancing_round.h"
#include "controlplane/assignment/plan_input.h"
#include "controlplane/assignment/plan_options.h"
#include "controlplane/assignment/plan_report.h"
#include "controlplane/assignment/plan_state.h"
#include "controlplane/base/stable_hash.h"

namespace bellwether {

// A pool with traffic, for tests of the plan. The tests set the measurements.
class PlanTestWorld {
 public:
  // Agents "agent-0" and so on, and partitions of 1 MB/s each.
  PlanTestWorld(int agents, int partitions) {
    options.slack_bytes_per_second = 0;
    options.hot_min_bytes_per_second = 0;
    for (int i = 0; i < agents; ++i) members.push_back({AgentHash(i), 1, false});
    for (int i = 0; i < partitions; ++i) {
      measurements.rates.push_back({Mix64(static_cast<uint64_t>(i)), 1'000'000, false});
    }
    SumRates(measurements.rates);
  }

  static uint64_t AgentHash(int agent) { return StableHash(absl::StrCat("agent-", agent)); }

  // Builds the plan for the current traffic.
  void Build() {
    PlanReport report;
    state = BuildPlan(options, members, measurements, report);
  }
  PlanReport RunRound() { return RunBalancingRound(options, members, measurements, state); }
  // The number of moves in the next `rounds` rounds.
  uint64_t MovesIn(int rounds) {
    uint64_t moves = 0;
    for (int i = 0; i < rounds; ++i) moves += Moves(RunRound());
    return moves;
  }
  static uint64_t Moves(const PlanReport& report) {
    uint64_t moves = 0;
    for (const MoveCount& count : report.by_cause) moves += count.moves;
    return moves;
  }

  uint64_t TotalTraffic() const {
    uint64_t total = 0;
    for (const MeasuredRate& rate : measurements.rates) total += rate.bytes_per_second;
    return total;
  }

  // The members of a partition, as hashes of agents; empty if the partition is not known.
  std::vector<uint64_t> MembersOf(uint64_t partition) const {
    const PartitionState* found = state.FindPartition(partition);
    if (found == nullptr) return {};
    if (found->leader != kSeveral) return {state.agents[found->leader].hash};
    std::vector<uint64_t> hashes;
    for (const AgentPosition member : state.spread.at(partition).members) {
      hashes.push_back(state.agents[member].hash);
    }
    return hashes;
  }
  std::vector<std::vector<uint64_t>> AllMembers() const {
    std::vector<std::vector<uint64_t>> all;
    for (const MeasuredRate& rate : measurements.rates) {
      all.push_back(MembersOf(rate.partition));
    }
    return all;
  }

  // Bytes per second that are assigned to that agent.
  double LoadOf(uint64_t agent_hash) const {
    double load = 0;
    for (const MeasuredRate& rate : measurements.rates) {
      const std::vector<uint64_t> holders = MembersOf(rate.partition);
      const bool holds = std::find(holders.begin(), holders.end(), agent_hash) != holders.end();
      if (!holds) continue;
      load += static_cast<double>(rate.bytes_per_second) / static_cast<double>(holders.size());
    }
    return load;
  }
  // The largest load of an agent that is not reserved, divided by the mean.
  double Peak() const {
    double most = 0;
    size_t serving = 0;
    for (const MemberInput& member : members) {
      if (member.reserved) continue;
      most = std::max(most, LoadOf(member.hash));
      ++serving;
    }
    return most * static_cast<double>(serving) / static_cast<double>(TotalTraffic());
  }

  PlanOptions options;
  std::vector<MemberInput> members;
  Measurements measurements;
  PlanState state;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_PLAN_TEST_WORLD_H_

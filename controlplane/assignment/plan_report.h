#ifndef CONTROLPLANE_ASSIGNMENT_PLAN_REPORT_H_
#define CONTROLPLANE_ASSIGNMENT_PLAN_REPORT_H_

#include <array>
#include <cstdint>
#include <vector>

#include "controlplane/assignment/plan.h"

namespace bellwether {

// One move of a partition.
struct PlanMove {
  // PartitionHash.
  uint64_t partition = 0;
  MoveCause cause = MoveCause::kStayed;
  // Hashes of the agents; 0 where leaders were only added or only removed.
  uint64_t from = 0;
  uint64_t to = 0;
  // How much of the partition's traffic changes its leader.
  uint64_t bytes_per_second = 0;
};

// The number of moves for one cause, and how much traffic they moved.
struct MoveCount {
  uint64_t moves = 0;
  uint64_t bytes_per_second = 0;
};

// What a change of the plan did, and why.
struct PlanReport {
  // Whether the plan differs from the one before.
  bool changed = false;
  // By MoveCause.
  std::array<MoveCount, kMoveCauseCount> by_cause = {};
  // At most the first kMaxMoves.
  std::vector<PlanMove> moves;
  // Clients of spread partitions that were assigned to another leader.
  uint64_t clients_assigned = 0;
  // Partitions beyond PlanOptions::max_partitions.
  uint64_t partitions_ignored = 0;
  // Agents whose weight was corrected.
  uint64_t weights_corrected = 0;

  static constexpr size_t kMaxMoves = 10'000;

  const MoveCount& Of(MoveCause cause) const { return by_cause[static_cast<size_t>(cause)]; }
};

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_PLAN_REPORT_H_

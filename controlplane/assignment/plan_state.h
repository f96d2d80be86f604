#ifndef CONTROLPLANE_ASSIGNMENT_PLAN_STATE_H_
#define CONTROLPLANE_ASSIGNMENT_PLAN_STATE_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "controlplane/assignment/agent_draws.h"
#include "controlplane/assignment/plan.h"

namespace bellwether {

// Load as the plan counts it: bytes per second, with 8 bits after the binary point.
using Load = uint64_t;
inline constexpr int kLoadFractionBits = 8;

// An agent of the plan, with the state that only the planner needs.
struct PlanSlot {
  uint64_t hash = 0;
  int32_t declared_weight = 1;
  // Added to the declared weight; and the correction that the next change of the members applies.
  int32_t correction = 0;
  int32_t next_correction = 0;
  bool reserved = false;
  // Its pieces are about to be moved away; set only while agents change.
  bool leaving = false;
  uint32_t reserved_since = 0;
  // Steps of slow start that a new agent has taken, up to PlanOptions::slow_start_rounds.
  uint32_t slow_start = 0;
  // Rounds in a row above its limit.
  uint32_t over_rounds = 0;
  // Rounds in a row with an unusual utilisation for its load: above (positive) or below (negative)
  // the pool's.
  int32_t odd_rounds = 0;
  Load base = 0;

  bool serving() const { return !reserved && !leaving; }
  int32_t weight() const { return declared_weight + correction; }
};

// `leader` of a partition that has several leaders; PlanState::spread has them.
inline constexpr AgentPosition kSeveral = 0xFFFE;

// A partition with traffic or with an override. Kept small: a pool may have 100 000 of them.
struct PartitionState {
  uint64_t hash = 0;
  // Smoothed over time.
  Load rate = 0;
  // 0 if it never moved.
  uint32_t last_move = 0;
  AgentPosition leader = kNoAgent;
  // The first of the plan's agents in its preference list.
  AgentPosition preferred = kNoAgent;
  uint8_t hot_rounds = 0;
  uint8_t cold_rounds = 0;
  // Rounds in a row in which its measurement was incomplete.
  uint8_t late_rounds = 0;
  // Of its last move.
  MoveCause cause = MoveCause::kStayed;

  bool moved() const { return leader != preferred && leader != kSeveral; }
};

// The state of a spread partition in addition to its PartitionState.
struct SpreadState {
  // In rising order; at least two.
  std::vector<AgentPosition> members;
  // By client.
  std::vector<AssignedClient> assigned_clients;
  // Rounds in a row in which one member had nearly all of the load.
  uint32_t lopsided_rounds = 0;
};

// Everything from which the next plan is made. Replicas that start from equal states and receive
// the same numbers stay equal. Not thread-safe: a plain value.
struct PlanState {
  // How many balancing rounds there were; the first is 1.
  uint32_t round = 0;
  // The round of the last change of the plan.
  uint32_t changed_round = 0;
  // From this round on the rates are old enough to act on.
  uint32_t warm_round = 0;
  // By hash.
  std::vector<PlanSlot> agents;
  std::vector<PartitionState> partitions;
  // By partition hash. Ordered, so that iteration order is deterministic.
  absl::btree_map<uint64_t, SpreadState> spread;
  // By partition hash and the owner's hash: the hash of the agent that took over.
  absl::btree_map<std::pair<uint64_t, uint64_t>, uint64_t> takeovers;
  // By partition hash: the round since which it is unsplittable.
  absl::btree_map<uint64_t, uint32_t> unsplittable;

  // The partition of that hash, or nullptr. Takes O(log n).
  const PartitionState* FindPartition(uint64_t partition) const;
  PartitionState* FindPartition(uint64_t partition);
};

// The state's agents, at their positions.
AgentDraws DrawsOf(const PlanState& state);

// The plan that `state` describes. Takes O(partitions).
Plan MakePlan(const PlanState& state);

// The state that has `plan` and no measurements yet; MakePlan returns `plan` again. For a start
// with a stored plan. REQUIRES: IsValidPlan(plan).
PlanState RestorePlanState(const Plan& plan, uint32_t warm_up_rounds, uint32_t slow_start_rounds);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_PLAN_STATE_H_

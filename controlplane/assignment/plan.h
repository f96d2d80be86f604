#ifndef CONTROLPLANE_ASSIGNMENT_PLAN_H_
#define CONTROLPLANE_ASSIGNMENT_PLAN_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace bellwether {

// Why a partition is where it is, or was moved. The numbers are stored: they stay.
enum class MoveCause : uint8_t {
  // Not moved: its home came later and has had no room for it yet.
  kStayed = 0,
  // Hot: given more leaders.
  kSpread = 1,
  // No longer hot: given fewer leaders.
  kConsolidated = 2,
  // Its leader had too much.
  kRebalanced = 3,
  kReturnedToPreferredLeader = 4,
  // A newcomer took it.
  kJoined = 5,
  // Its leader left.
  kLeft = 6,
  // Its leader restarts; it will go back.
  kTakenOver = 7,
  kTakeoverEnded = 8,
  // An agent's weight changed.
  kReweighed = 9,
  // A single client makes its load: more leaders are of no use.
  kUnsplittable = 10,
};
inline constexpr int kMoveCauseCount = 11;

// "rebalanced" and so on: a metric label, and a word for people. Pure.
absl::string_view MoveCauseName(MoveCause cause);

// An agent is named by its position in Plan::agents.
using AgentPosition = uint16_t;
inline constexpr AgentPosition kNoAgent = 0xFFFF;

// An agent that the plan counts with. A value.
struct PlanAgent {
  // StableHash of the agent id.
  uint64_t hash = 0;
  // As the agent said, and as it counts after correction; 1 to kMaxWeight.
  int32_t declared_weight = 1;
  int32_t weight = 1;
  // It restarts: its homes are kept, and nothing is placed on it.
  bool reserved = false;

  friend bool operator==(const PlanAgent& a, const PlanAgent& b) = default;
};

// A partition that is not led by its home. A value.
struct MovedPartition {
  // PartitionHash.
  uint64_t partition = 0;
  // When it was moved; 0 if it was not.
  uint32_t since_round = 0;
  AgentPosition leader = kNoAgent;
  MoveCause cause = MoveCause::kStayed;

  friend bool operator==(const MovedPartition& a, const MovedPartition& b) = default;
};

// A client of a spread partition and the leader that it was dealt to. A value.
struct AssignedClient {
  // ClientHash.
  uint64_t client = 0;
  AgentPosition member = kNoAgent;

  friend bool operator==(const AssignedClient& a, const AssignedClient& b) = default;
};

// A partition that has several leaders. A value.
struct Spread {
  uint64_t partition = 0;
  uint32_t since_round = 0;
  MoveCause cause = MoveCause::kSpread;
  // At least two, in rising order.
  std::vector<AgentPosition> members;
  // By client. Whoever is not in it goes by its client score.
  std::vector<AssignedClient> assigned_clients;

  friend bool operator==(const Spread& a, const Spread& b) = default;
};

// A partition that is led by somebody else while its leader restarts. A value.
struct Takeover {
  uint64_t partition = 0;
  AgentPosition owner = kNoAgent;
  AgentPosition taker = kNoAgent;

  friend bool operator==(const Takeover& a, const Takeover& b) = default;
};

// A partition that is hot because of a single client. A value.
struct Unsplittable {
  uint64_t partition = 0;
  uint32_t since_round = 0;

  friend bool operator==(const Unsplittable& a, const Unsplittable& b) = default;
};

// Who leads what in a pool under consistent_random_jump: the agents, and the exceptions from the
// rule that a partition is led by its home, the first of `agents` in its jump order. Everything in
// it is an integer, so a plan that is stored and read back is equal to the one that was stored.
// Never changed once it is published.
struct Plan {
  // The tick of its last change, counted from the pool's first plan.
  uint32_t round = 0;
  // By hash.
  std::vector<PlanAgent> agents;
  // Each by partition; a partition is in one of the first two at most.
  std::vector<MovedPartition> moved;
  std::vector<Spread> spread;
  // By partition, then owner.
  std::vector<Takeover> takeovers;
  std::vector<Unsplittable> unsplittable;

  // The exception for that partition, or nullptr. Takes O(log n).
  const MovedPartition* FindMoved(uint64_t partition) const;
  const Spread* FindSpread(uint64_t partition) const;
  const Unsplittable* FindUnsplittable(uint64_t partition) const;

  friend bool operator==(const Plan& a, const Plan& b) = default;
};

// The plans of one pool, side by side over the same agents: each leads its own clients, and takes
// what the others lead as given. A value; the plans never change.
struct PlanSet {
  // Over all agents, for clients without a zone and those that leave theirs. Never nullptr.
  std::shared_ptr<const Plan> whole = std::make_shared<const Plan>();
  // By zone, over the agents there, for its clients. A zone that is not here goes by `whole`.
  std::map<std::string, std::shared_ptr<const Plan>> zones;

  // Whether these are the same plans, and not merely equal ones.
  friend bool operator==(const PlanSet& a, const PlanSet& b) = default;
};

// Whether `plan` is in order as described above and names no agent that it does not have: to be
// asked of what comes from a disk. Pure.
bool IsValidPlan(const Plan& plan);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_PLAN_H_

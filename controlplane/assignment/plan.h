#ifndef CONTROLPLANE_ASSIGNMENT_PLAN_H_
#define CONTROLPLANE_ASSIGNMENT_PLAN_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace bellwether {

// Why a partition has its leader or was moved. The numbers are stored and must not change.
enum class MoveCause : uint8_t {
  // Not moved: its preferred leader joined later and has not had room for it yet.
  kStayed = 0,
  // Hot: got more leaders.
  kSpread = 1,
  // No longer hot: got fewer leaders.
  kConsolidated = 2,
  // Its leader had more than its share.
  kRebalanced = 3,
  kReturnedToPreferredLeader = 4,
  // A new agent took it.
  kJoined = 5,
  // Its leader left.
  kLeft = 6,
  // Its leader is restarting and will get it back.
  kTakenOver = 7,
  kTakeoverEnded = 8,
  // An agent's weight changed.
  kReweighed = 9,
  // A single client makes its load, so more leaders would not help.
  kUnsplittable = 10,
};
inline constexpr int kMoveCauseCount = 11;

// "rebalanced" and so on: a metric label, also shown to people.
absl::string_view MoveCauseName(MoveCause cause);

// Position of an agent in Plan::agents.
using AgentPosition = uint16_t;
inline constexpr AgentPosition kNoAgent = 0xFFFF;

// An agent that the plan includes.
struct PlanAgent {
  // StableHash of the agent id.
  uint64_t hash = 0;
  // The weight that the agent declared, and the weight after correction; 1 to kMaxWeight.
  int32_t declared_weight = 1;
  int32_t weight = 1;
  // The agent is restarting: the partitions that prefer it are reserved for it, and nothing is
  // placed on it.
  bool reserved = false;

  friend bool operator==(const PlanAgent& a, const PlanAgent& b) = default;
};

// A partition that is not led by its preferred leader.
struct MovedPartition {
  // PartitionHash.
  uint64_t partition = 0;
  // The round in which it was moved; 0 if it was not.
  uint32_t since_round = 0;
  AgentPosition leader = kNoAgent;
  MoveCause cause = MoveCause::kStayed;

  friend bool operator==(const MovedPartition& a, const MovedPartition& b) = default;
};

// A client of a spread partition and the leader assigned to it.
struct AssignedClient {
  // ClientHash.
  uint64_t client = 0;
  AgentPosition member = kNoAgent;

  friend bool operator==(const AssignedClient& a, const AssignedClient& b) = default;
};

// A partition that has several leaders.
struct Spread {
  uint64_t partition = 0;
  uint32_t since_round = 0;
  MoveCause cause = MoveCause::kSpread;
  // At least two, in rising order.
  std::vector<AgentPosition> members;
  // By client. The leader of any other client follows from its client score.
  std::vector<AssignedClient> assigned_clients;

  friend bool operator==(const Spread& a, const Spread& b) = default;
};

// A partition that another agent leads while its leader restarts.
struct Takeover {
  uint64_t partition = 0;
  AgentPosition owner = kNoAgent;
  AgentPosition taker = kNoAgent;

  friend bool operator==(const Takeover& a, const Takeover& b) = default;
};

// A partition that is hot because of a single client.
struct Unsplittable {
  uint64_t partition = 0;
  uint32_t since_round = 0;

  friend bool operator==(const Unsplittable& a, const Unsplittable& b) = default;
};

// The plan of a pool or zone under consistent_random_jump: its agents, and the overrides of the
// rule that a partition is led by its preferred leader, the first of `agents` in its preference
// list. Everything in it is an integer, so a plan that is stored and read back equals the stored
// one. Immutable once published.
struct Plan {
  // The balancing round of its last change, counted from the pool's first plan.
  uint32_t round = 0;
  // By hash.
  std::vector<PlanAgent> agents;
  // Each by partition; a partition is in at most one of the first two.
  std::vector<MovedPartition> moved;
  std::vector<Spread> spread;
  // By partition, then owner.
  std::vector<Takeover> takeovers;
  std::vector<Unsplittable> unsplittable;

  // The override for that partition, or nullptr. Takes O(log n).
  const MovedPartition* FindMoved(uint64_t partition) const;
  const Spread* FindSpread(uint64_t partition) const;
  const Unsplittable* FindUnsplittable(uint64_t partition) const;

  friend bool operator==(const Plan& a, const Plan& b) = default;
};

// The plans of one pool over the same agents. Each leads its own clients and treats the load of the
// others as background load. The plans never change.
struct PlanSet {
  // Over all agents, for clients without a zone and clients that leave their zone. Never nullptr.
  std::shared_ptr<const Plan> whole = std::make_shared<const Plan>();
  // By zone, over its agents, for its clients. `whole` serves any zone that is not here.
  std::map<std::string, std::shared_ptr<const Plan>> zones;

  // Compares identity: whether these are the same plan objects.
  friend bool operator==(const PlanSet& a, const PlanSet& b) = default;
};

// Whether `plan` fulfils the conditions above and refers only to agents that it contains. To be
// called for plans read from disk.
bool IsValidPlan(const Plan& plan);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_PLAN_H_

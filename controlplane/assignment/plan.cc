#include "controlplane/assignment/plan.h"

#include <algorithm>
#include <cstddef>

#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

template <typename T>
const T* FindPartition(const std::vector<T>& sorted, uint64_t partition) {
  const auto found = std::lower_bound(
      sorted.begin(), sorted.end(), partition,
      [](const T& exception, uint64_t wanted) { return exception.partition < wanted; });
  return found != sorted.end() && found->partition == partition ? &*found : nullptr;
}

// Whether each element is less than the next.
template <typename T, typename Less>
bool Rises(const std::vector<T>& values, Less less) {
  for (size_t i = 1; i < values.size(); ++i) {
    if (!less(values[i - 1], values[i])) return false;
  }
  return true;
}

template <typename T>
bool RisesByPartition(const std::vector<T>& exceptions) {
  return Rises(exceptions, [](const T& a, const T& b) { return a.partition < b.partition; });
}

bool IsCause(MoveCause cause) { return static_cast<int>(cause) < kMoveCauseCount; }

bool IsWeight(int32_t weight) { return weight >= 1 && weight <= kMaxWeight; }

bool IsValidSpread(const Spread& spread, size_t agent_count) {
  if (spread.members.size() < 2 || !IsCause(spread.cause)) return false;
  if (!Rises(spread.members, std::less<AgentPosition>())) return false;
  if (spread.members.back() >= agent_count) return false;
  for (const AssignedClient& assigned : spread.assigned_clients) {
    if (!std::binary_search(spread.members.begin(), spread.members.end(), assigned.member)) {
      return false;
    }
  }
  return Rises(spread.assigned_clients, [](const AssignedClient& a, const AssignedClient& b) {
    return a.client < b.client;
  });
}

}  // namespace

absl::string_view MoveCauseName(MoveCause cause) {
  switch (cause) {
    case MoveCause::kStayed:
      return "stayed";
    case MoveCause::kSpread:
      return "spread";
    case MoveCause::kConsolidated:
      return "consolidated";
    case MoveCause::kRebalanced:
      return "rebalanced";
    case MoveCause::kReturnedToPreferredLeader:
      return "returned_to_preferred_leader";
    case MoveCause::kJoined:
      return "joined";
    case MoveCause::kLeft:
      return "left";
    case MoveCause::kTakenOver:
      return "taken_over";
    case MoveCause::kTakeoverEnded:
      return "takeover_ended";
    case MoveCause::kReweighed:
      return "reweighed";
    case MoveCause::kUnsplittable:
      return "unsplittable";
  }
  return "unknown";
}

const MovedPartition* Plan::FindMoved(uint64_t partition) const {
  return FindPartition(moved, partition);
}

const Spread* Plan::FindSpread(uint64_t partition) const {
  return FindPartition(spread, partition);
}

const Unsplittable* Plan::FindUnsplittable(uint64_t partition) const {
  return FindPartition(unsplittable, partition);
}

bool IsValidPlan(const Plan& plan) {
  const size_t agent_count = plan.agents.size();
  if (agent_count >= kNoAgent) return false;
  if (!Rises(plan.agents, [](const PlanAgent& a, const PlanAgent& b) { return a.hash < b.hash; })) {
    return false;
  }
  for (const PlanAgent& agent : plan.agents) {
    if (!IsWeight(agent.weight) || !IsWeight(agent.declared_weight)) return false;
  }
  if (!RisesByPartition(plan.moved) || !RisesByPartition(plan.spread) ||
      !RisesByPartition(plan.unsplittable)) {
    return false;
  }
  for (const MovedPartition& moved : plan.moved) {
    if (moved.leader >= agent_count || !IsCause(moved.cause)) return false;
    if (plan.FindSpread(moved.partition) != nullptr) return false;
  }
  for (const Spread& spread : plan.spread) {
    if (!IsValidSpread(spread, agent_count)) return false;
  }
  for (const Takeover& takeover : plan.takeovers) {
    if (takeover.owner >= agent_count || takeover.taker >= agent_count) return false;
  }
  return Rises(plan.takeovers, [](const Takeover& a, const Takeover& b) {
    return a.partition != b.partition ? a.partition < b.partition : a.owner < b.owner;
  });
}

}  // namespace bellwether

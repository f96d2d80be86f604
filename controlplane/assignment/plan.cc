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

// Whether each is less than the next.
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

bool IsWeight(int32_t weight) { return weight >= 1 && weight <= kMaxCapacityUnits; }

bool IsValidSpread(const Spread& spread, size_t agent_count) {
  if (spread.members.size() < 2 || !IsCause(spread.cause)) return false;
  if (!Rises(spread.members, std::less<AgentPosition>())) return false;
  if (spread.members.back() >= agent_count) return false;
  for (const DealtClient& dealt : spread.deal) {
    if (!std::binary_search(spread.members.begin(), spread.members.end(), dealt.member)) {
      return false;
    }
  }
  return Rises(spread.deal,
               [](const DealtClient& a, const DealtClient& b) { return a.client < b.client; });
}

}  // namespace

absl::string_view MoveCauseName(MoveCause cause) {
  switch (cause) {
    case MoveCause::kStayed:
      return "stayed";
    case MoveCause::kSpread:
      return "spread";
    case MoveCause::kUnspread:
      return "unspread";
    case MoveCause::kRelieved:
      return "relieved";
    case MoveCause::kReturnedHome:
      return "returned_home";
    case MoveCause::kJoined:
      return "joined";
    case MoveCause::kLeft:
      return "left";
    case MoveCause::kLent:
      return "lent";
    case MoveCause::kLoanReturned:
      return "loan_returned";
    case MoveCause::kReweighed:
      return "reweighed";
    case MoveCause::kUnsplittable:
      return "unsplittable";
  }
  return "unknown";
}

const Displaced* Plan::FindDisplaced(uint64_t partition) const {
  return FindPartition(displaced, partition);
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
  if (!RisesByPartition(plan.displaced) || !RisesByPartition(plan.spread) ||
      !RisesByPartition(plan.unsplittable)) {
    return false;
  }
  for (const Displaced& displaced : plan.displaced) {
    if (displaced.leader >= agent_count || !IsCause(displaced.cause)) return false;
    if (plan.FindSpread(displaced.partition) != nullptr) return false;
  }
  for (const Spread& spread : plan.spread) {
    if (!IsValidSpread(spread, agent_count)) return false;
  }
  for (const Loan& loan : plan.loans) {
    if (loan.owner >= agent_count || loan.borrower >= agent_count) return false;
  }
  return Rises(plan.loans, [](const Loan& a, const Loan& b) {
    return a.partition != b.partition ? a.partition < b.partition : a.owner < b.owner;
  });
}

}  // namespace bellwether

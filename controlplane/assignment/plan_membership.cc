#include "controlplane/assignment/plan_membership.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "controlplane/assignment/agent_takes.h"
#include "controlplane/assignment/preferred_leaders.h"
#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

// The effect of a change of the members on each agent: positions in PlanState::agents.
struct MembershipChange {
  std::vector<bool> takes_as_newcomer;
  std::vector<bool> takes_by_weight;
  std::vector<bool> gives_by_weight;
  std::vector<bool> leaves;
  std::vector<bool> lends;
  std::vector<bool> is_back;
  bool any = false;

  explicit MembershipChange(size_t count)
      : takes_as_newcomer(count),
        takes_by_weight(count),
        gives_by_weight(count),
        leaves(count),
        lends(count),
        is_back(count) {}

  // Agents that partitions may prefer more, and less, than before.
  std::vector<bool> Gains() const { return Either(takes_as_newcomer, takes_by_weight); }
  std::vector<bool> Losses() const { return Either(leaves, gives_by_weight); }

  static std::vector<bool> Either(std::vector<bool> a, const std::vector<bool>& b) {
    for (size_t i = 0; i < a.size(); ++i) a[i] = a[i] || b[i];
    return a;
  }

  void Mark(std::vector<bool>& marks, size_t position) {
    marks[position] = true;
    any = true;
  }
};

bool Any(const std::vector<bool>& marks) {
  return std::find(marks.begin(), marks.end(), true) != marks.end();
}

// By hash, each once, weights within their limits.
std::vector<MemberInput> Normalized(std::vector<MemberInput> members) {
  for (MemberInput& member : members) {
    member.weight = std::clamp(member.weight, 1, kMaxWeight);
  }
  std::sort(members.begin(), members.end(), [](const MemberInput& a, const MemberInput& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.weight < b.weight;
  });
  members.erase(
      std::unique(members.begin(), members.end(),
                  [](const MemberInput& a, const MemberInput& b) { return a.hash == b.hash; }),
      members.end());
  return members;
}

const MemberInput* FindMember(const std::vector<MemberInput>& members, uint64_t hash) {
  const auto found = std::lower_bound(
      members.begin(), members.end(), hash,
      [](const MemberInput& member, uint64_t wanted) { return member.hash < wanted; });
  return found != members.end() && found->hash == hash ? &*found : nullptr;
}

// Gives every serving member a slot. Positions shift, and the partitions' positions are updated.
void AddSlots(const PlanOptions& options, const std::vector<MemberInput>& members,
              PlanState& state) {
  std::vector<PlanSlot> slots = state.agents;
  const size_t known = slots.size();
  for (const MemberInput& member : members) {
    const bool is_known =
        std::any_of(state.agents.begin(), state.agents.end(),
                    [&](const PlanSlot& slot) { return slot.hash == member.hash; });
    if (is_known || member.reserved || slots.size() + 1 >= kSeveral) continue;
    PlanSlot slot;
    slot.hash = member.hash;
    slot.declared_weight = member.weight;
    slot.slow_start = known == 0 ? options.slow_start_rounds : 0;
    slots.push_back(slot);
  }
  if (slots.size() == known) return;
  std::sort(slots.begin(), slots.end(),
            [](const PlanSlot& a, const PlanSlot& b) { return a.hash < b.hash; });
  ReplaceAgents(state, std::move(slots));
}

// Removes the slots of agents that have left.
void RemoveSlots(PlanState& state) {
  std::vector<PlanSlot> slots;
  for (const PlanSlot& slot : state.agents) {
    if (!slot.leaving) slots.push_back(slot);
  }
  if (slots.size() != state.agents.size()) ReplaceAgents(state, std::move(slots));
}

// Updates the slots from the members.
MembershipChange UpdateSlots(const PlanOptions& options, const std::vector<MemberInput>& members,
                             PlanState& state) {
  MembershipChange change(state.agents.size());
  for (size_t i = 0; i < state.agents.size(); ++i) {
    PlanSlot& slot = state.agents[i];
    const MemberInput* member = FindMember(members, slot.hash);
    const bool reserved = member != nullptr && member->reserved;
    const bool reserved_for_too_long =
        reserved && slot.reserved && state.round - slot.reserved_since >= options.reserved_rounds;
    if (member == nullptr || reserved_for_too_long) {
      slot.leaving = true;
      change.Mark(change.leaves, i);
      continue;
    }
    if (reserved && !slot.reserved) {
      slot.reserved_since = state.round;
      change.Mark(change.lends, i);
    }
    if (!reserved && slot.reserved) change.Mark(change.is_back, i);
    slot.reserved = reserved;
    if (slot.slow_start == 0) {
      slot.slow_start = 1;
      change.Mark(change.takes_as_newcomer, i);
    }
    const int32_t before = slot.weight();
    slot.declared_weight = member->weight;
    const int32_t correction = slot.correction + std::exchange(slot.next_correction, 0);
    slot.correction = std::clamp(member->weight + correction, 1, kMaxWeight) - member->weight;
    if (slot.weight() > before) change.Mark(change.takes_by_weight, i);
    if (slot.weight() < before) change.Mark(change.gives_by_weight, i);
  }
  return change;
}

void DropLoansOf(PlanState& state, const std::vector<bool>& owners) {
  for (auto takeover = state.takeovers.begin(); takeover != state.takeovers.end();) {
    const size_t owner = PositionOfAgent(state, takeover->first.second);
    takeover = owner < owners.size() && owners[owner] ? state.takeovers.erase(takeover)
                                                      : std::next(takeover);
  }
}

// Makes the moves that depend on loads, in an order that moves nothing twice: takeovers end first,
// so that their pieces are not placed elsewhere before.
void Apply(const PlanOptions& options, const MembershipChange& change,
           const std::vector<AgentPosition>& preferred_before, PlanState& state,
           PlanReport& report) {
  Balance balance(options, state, report);
  if (Any(change.is_back)) EndTakeovers(balance, change.is_back);
  if (Any(change.leaves)) {
    DropLoansOf(state, change.leaves);
    GiveAway(balance, change.leaves, MoveCause::kLeft);
  }
  if (Any(change.lends)) GiveAway(balance, change.lends, MoveCause::kTakenOver);
  if (Any(change.gives_by_weight))
    GiveBackToPreferredLeaders(balance, change.gives_by_weight, preferred_before);
  if (Any(change.takes_by_weight)) {
    TakeWonPartitions(balance, change.takes_by_weight, MoveCause::kReweighed);
  }
  if (Any(change.takes_as_newcomer)) {
    TakeWonPartitions(balance, change.takes_as_newcomer, MoveCause::kJoined);
  }
}

}  // namespace

PlanReport ApplyMembership(const PlanOptions& options, const std::vector<MemberInput>& members,
                           PlanState& state) {
  PlanReport report;
  const std::vector<MemberInput> wanted = Normalized(members);
  const bool somebody_serves =
      std::any_of(wanted.begin(), wanted.end(), [](const MemberInput& m) { return !m.reserved; });
  if (!somebody_serves) return report;
  const bool first_plan = state.agents.empty();
  AddSlots(options, wanted, state);
  const MembershipChange change = UpdateSlots(options, wanted, state);
  if (!change.any && !first_plan) return report;
  report.changed = true;
  std::vector<AgentPosition> preferred_before;
  preferred_before.reserve(state.partitions.size());
  for (const PartitionState& partition : state.partitions)
    preferred_before.push_back(partition.preferred);
  UpdatePreferredLeaders(state, change.Gains(), change.Losses());
  Apply(options, change, preferred_before, state, report);
  RemoveSlots(state);
  state.changed_round = state.round;
  return report;
}

void ContinueSlowStarts(const PlanOptions& options, PlanState& state, PlanReport& report) {
  std::vector<bool> newcomers(state.agents.size());
  for (size_t i = 0; i < state.agents.size(); ++i) {
    PlanSlot& slot = state.agents[i];
    if (slot.reserved || slot.slow_start >= options.slow_start_rounds) continue;
    ++slot.slow_start;
    newcomers[i] = true;
  }
  if (!Any(newcomers)) return;
  Balance balance(options, state, report);
  TakeWonPartitions(balance, newcomers, MoveCause::kJoined);
}

}  // namespace bellwether

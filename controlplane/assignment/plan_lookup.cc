#include "controlplane/assignment/plan_lookup.h"

#include <algorithm>
#include <utility>

#include "controlplane/assignment/preference_list.h"

namespace bellwether {
namespace {

constexpr uint32_t kFirstSpread = 0x80000000;

size_t SlotsFor(size_t count) {
  size_t slots = 2;
  while (slots < count * 2) slots *= 2;
  return slots;
}

std::vector<PlanAgent> AgentsOf(const PlanState& state) {
  std::vector<PlanAgent> agents;
  for (const PlanSlot& slot : state.agents) {
    agents.push_back({slot.hash, slot.declared_weight, slot.weight(), slot.reserved});
  }
  return agents;
}

}  // namespace

PartitionTable::PartitionTable(size_t count) : slots_(SlotsFor(count)), mask_(slots_.size() - 1) {}

void PartitionTable::Insert(uint64_t partition, uint32_t value) {
  size_t i = partition & mask_;
  while (slots_[i].value != kAbsent) i = (i + 1) & mask_;
  slots_[i] = {partition, value};
}

PreferredLeaderTable::PreferredLeaderTable(const PlanState& state)
    : agents_(AgentsOf(state)), size_(state.partitions.size()), preferred_leaders_(size_) {
  for (const PartitionState& partition : state.partitions) {
    preferred_leaders_.Insert(partition.hash, partition.preferred);
  }
}

bool PreferredLeaderTable::IsFor(const Plan& plan) const {
  // Preferred leaders depend only on hashes and weights; a reserved agent stays a preferred leader.
  return std::equal(agents_.begin(), agents_.end(), plan.agents.begin(), plan.agents.end(),
                    [](const PlanAgent& a, const PlanAgent& b) {
                      return a.hash == b.hash && a.weight == b.weight;
                    });
}

absl::string_view LookupReasonName(LookupReason reason) {
  switch (reason) {
    case LookupReason::kPreferredLeader:
      return "preferred_leader";
    case LookupReason::kMoved:
      return "moved";
    case LookupReason::kSpread:
      return "spread";
    case LookupReason::kAssigned:
      return "assigned";
    case LookupReason::kFallback:
      return "fallback";
  }
  return "unknown";
}

PlanLookup::PlanLookup(std::shared_ptr<const Plan> plan, const std::vector<LookupAgent>& agents,
                       std::shared_ptr<const PreferredLeaderTable> preferred_leaders,
                       const PlanLookup* earlier)
    : plan_(std::move(plan)),
      position_of_(plan_->agents.size(), PartitionTable::kAbsent),
      exceptions_(plan_->moved.size() + plan_->spread.size()) {
  if (preferred_leaders != nullptr && preferred_leaders->IsFor(*plan_))
    preferred_leaders_ = std::move(preferred_leaders);
  std::vector<RankedAgent> electable_agents;
  for (size_t i = 0; i < agents.size(); ++i) {
    if (!agents[i].candidate) continue;
    const auto planned =
        std::lower_bound(plan_->agents.begin(), plan_->agents.end(), agents[i].hash,
                         [](const PlanAgent& agent, uint64_t hash) { return agent.hash < hash; });
    if (planned == plan_->agents.end() || planned->hash != agents[i].hash) continue;
    position_of_[static_cast<size_t>(planned - plan_->agents.begin())] = static_cast<uint32_t>(i);
    electable_agents.push_back({planned->hash, planned->weight});
    electable_positions_.push_back(static_cast<uint32_t>(i));
  }
  const bool none_is_planned = electable_positions_.empty();
  for (size_t i = 0; none_is_planned && i < agents.size(); ++i) {
    if (!agents[i].candidate) continue;
    electable_agents.push_back({agents[i].hash, agents[i].weight});
    electable_positions_.push_back(static_cast<uint32_t>(i));
  }
  AgentDraws electable(std::move(electable_agents));
  if (earlier != nullptr && earlier->electable_->agents() == electable) {
    electable_ = earlier->electable_;
  } else {
    electable_ = std::make_shared<const PreferredLeaderCache>(
        std::move(electable), earlier == nullptr ? nullptr : earlier->electable_.get());
  }
  for (size_t i = 0; i < plan_->moved.size(); ++i) {
    exceptions_.Insert(plan_->moved[i].partition, static_cast<uint32_t>(i));
  }
  for (size_t i = 0; i < plan_->spread.size(); ++i) {
    exceptions_.Insert(plan_->spread[i].partition, kFirstSpread + static_cast<uint32_t>(i));
  }
}

PlanLookup::Answer PlanLookup::Find(uint64_t partition, uint64_t client) const {
  const uint32_t exception = exceptions_.Find(partition);
  if (exception == PartitionTable::kAbsent)
    return {FindPreferredLeader(partition), LookupReason::kPreferredLeader};
  if (exception >= kFirstSpread) {
    Answer answer = FindSpread(plan_->spread[exception - kFirstSpread], client);
    answer.spread = exception - kFirstSpread;
    return answer;
  }
  const uint32_t leader = position_of_[plan_->moved[exception].leader];
  if (leader != PartitionTable::kAbsent) return {leader, LookupReason::kMoved};
  return {FirstElectable(partition), LookupReason::kFallback};
}

PlanLookup::Answer PlanLookup::FindSpread(const Spread& spread, uint64_t client) const {
  if (!spread.assigned_clients.empty()) {
    const auto assigned = std::lower_bound(
        spread.assigned_clients.begin(), spread.assigned_clients.end(), client,
        [](const AssignedClient& candidate, uint64_t wanted) { return candidate.client < wanted; });
    if (assigned != spread.assigned_clients.end() && assigned->client == client) {
      const uint32_t leader = position_of_[assigned->member];
      if (leader != PartitionTable::kAbsent) return {leader, LookupReason::kAssigned};
    }
  }
  uint32_t best = PartitionTable::kAbsent;
  uint64_t best_score = 0;
  for (const AgentPosition member : spread.members) {
    if (position_of_[member] == PartitionTable::kAbsent) continue;
    const uint64_t score = ClientScore(client, spread.partition, plan_->agents[member].hash);
    // Members are sorted by hash: of two equal scores the later one has the larger hash.
    if (best != PartitionTable::kAbsent && score < best_score) continue;
    best = position_of_[member];
    best_score = score;
  }
  if (best != PartitionTable::kAbsent) return {best, LookupReason::kSpread};
  return {FirstElectable(spread.partition), LookupReason::kFallback};
}

uint32_t PlanLookup::FindPreferredLeader(uint64_t partition) const {
  if (preferred_leaders_ == nullptr) return FirstElectable(partition);
  const uint32_t preferred = preferred_leaders_->Find(partition);
  if (preferred == PartitionTable::kAbsent) return FirstElectable(partition);
  const uint32_t leader = position_of_[preferred];
  return leader != PartitionTable::kAbsent ? leader : FirstElectable(partition);
}

uint32_t PlanLookup::FirstElectable(uint64_t partition) const {
  return electable_positions_[electable_->First(partition)];
}

}  // namespace bellwether

#include "controlplane/assignment/plan_lookup.h"

#include <algorithm>
#include <utility>

#include "controlplane/assignment/jump_order.h"

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

HomeTable::HomeTable(const PlanState& state)
    : agents_(AgentsOf(state)), size_(state.partitions.size()), homes_(size_) {
  for (const PartitionState& partition : state.partitions) {
    homes_.Insert(partition.hash, partition.home);
  }
}

bool HomeTable::IsFor(const Plan& plan) const {
  // Homes hang on hashes and weights; who is reserved stays a home.
  return std::equal(agents_.begin(), agents_.end(), plan.agents.begin(), plan.agents.end(),
                    [](const PlanAgent& a, const PlanAgent& b) {
                      return a.hash == b.hash && a.weight == b.weight;
                    });
}

absl::string_view LookupReasonName(LookupReason reason) {
  switch (reason) {
    case LookupReason::kHome:
      return "home";
    case LookupReason::kDisplaced:
      return "displaced";
    case LookupReason::kSpread:
      return "spread";
    case LookupReason::kDealt:
      return "dealt";
    case LookupReason::kSubstitute:
      return "substitute";
  }
  return "unknown";
}

PlanLookup::PlanLookup(std::shared_ptr<const Plan> plan, const std::vector<LookupAgent>& agents,
                       std::shared_ptr<const HomeTable> homes, const PlanLookup* earlier)
    : plan_(std::move(plan)),
      position_of_(plan_->agents.size(), PartitionTable::kAbsent),
      exceptions_(plan_->displaced.size() + plan_->spread.size()) {
  if (homes != nullptr && homes->IsFor(*plan_)) homes_ = std::move(homes);
  std::vector<JumpAgent> electable_agents;
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
    electable_ = std::make_shared<const JumpWinners>(
        std::move(electable), earlier == nullptr ? nullptr : earlier->electable_.get());
  }
  for (size_t i = 0; i < plan_->displaced.size(); ++i) {
    exceptions_.Insert(plan_->displaced[i].partition, static_cast<uint32_t>(i));
  }
  for (size_t i = 0; i < plan_->spread.size(); ++i) {
    exceptions_.Insert(plan_->spread[i].partition, kFirstSpread + static_cast<uint32_t>(i));
  }
}

PlanLookup::Answer PlanLookup::Find(uint64_t partition, uint64_t client) const {
  const uint32_t exception = exceptions_.Find(partition);
  if (exception == PartitionTable::kAbsent) return {FindHome(partition), LookupReason::kHome};
  if (exception >= kFirstSpread) {
    Answer answer = FindSpread(plan_->spread[exception - kFirstSpread], client);
    answer.spread = exception - kFirstSpread;
    return answer;
  }
  const uint32_t leader = position_of_[plan_->displaced[exception].leader];
  if (leader != PartitionTable::kAbsent) return {leader, LookupReason::kDisplaced};
  return {FirstElectable(partition), LookupReason::kSubstitute};
}

PlanLookup::Answer PlanLookup::FindSpread(const Spread& spread, uint64_t client) const {
  if (!spread.deal.empty()) {
    const auto dealt = std::lower_bound(
        spread.deal.begin(), spread.deal.end(), client,
        [](const DealtClient& candidate, uint64_t wanted) { return candidate.client < wanted; });
    if (dealt != spread.deal.end() && dealt->client == client) {
      const uint32_t leader = position_of_[dealt->member];
      if (leader != PartitionTable::kAbsent) return {leader, LookupReason::kDealt};
    }
  }
  uint32_t best = PartitionTable::kAbsent;
  uint64_t best_score = 0;
  for (const AgentPosition member : spread.members) {
    if (position_of_[member] == PartitionTable::kAbsent) continue;
    const uint64_t score = ClientScore(client, spread.partition, plan_->agents[member].hash);
    // Members are by hash: of two equal scores the later one has the larger.
    if (best != PartitionTable::kAbsent && score < best_score) continue;
    best = position_of_[member];
    best_score = score;
  }
  if (best != PartitionTable::kAbsent) return {best, LookupReason::kSpread};
  return {FirstElectable(spread.partition), LookupReason::kSubstitute};
}

uint32_t PlanLookup::FindHome(uint64_t partition) const {
  if (homes_ == nullptr) return FirstElectable(partition);
  const uint32_t home = homes_->Find(partition);
  if (home == PartitionTable::kAbsent) return FirstElectable(partition);
  const uint32_t leader = position_of_[home];
  return leader != PartitionTable::kAbsent ? leader : FirstElectable(partition);
}

uint32_t PlanLookup::FirstElectable(uint64_t partition) const {
  return electable_positions_[electable_->First(partition)];
}

}  // namespace bellwether

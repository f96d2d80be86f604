#include "controlplane/assignment/plan_state.h"

#include <algorithm>
#include <utility>

namespace bellwether {
namespace {

AgentPosition PositionOf(const std::vector<PlanSlot>& agents, uint64_t hash) {
  const auto found =
      std::lower_bound(agents.begin(), agents.end(), hash,
                       [](const PlanSlot& slot, uint64_t wanted) { return slot.hash < wanted; });
  return found != agents.end() && found->hash == hash
             ? static_cast<AgentPosition>(found - agents.begin())
             : kNoAgent;
}

PartitionState RestoredPartition(const AgentDraws& draws, uint64_t partition, uint32_t since_round,
                                 AgentPosition leader, MoveCause cause) {
  PartitionState restored;
  restored.hash = partition;
  restored.last_move = since_round;
  restored.leader = leader;
  restored.preferred = draws.First(partition, [](AgentPosition) { return true; });
  restored.cause = cause;
  return restored;
}

}  // namespace

const PartitionState* PlanState::FindPartition(uint64_t partition) const {
  const auto found = std::lower_bound(
      partitions.begin(), partitions.end(), partition,
      [](const PartitionState& state, uint64_t wanted) { return state.hash < wanted; });
  return found != partitions.end() && found->hash == partition ? &*found : nullptr;
}

PartitionState* PlanState::FindPartition(uint64_t partition) {
  return const_cast<PartitionState*>(std::as_const(*this).FindPartition(partition));
}

AgentDraws DrawsOf(const PlanState& state) {
  std::vector<RankedAgent> agents;
  agents.reserve(state.agents.size());
  for (const PlanSlot& slot : state.agents) agents.push_back({slot.hash, slot.weight()});
  return AgentDraws(std::move(agents));
}

Plan MakePlan(const PlanState& state) {
  Plan plan;
  plan.round = state.changed_round;
  for (const PlanSlot& slot : state.agents) {
    plan.agents.push_back({slot.hash, slot.declared_weight, slot.weight(), slot.reserved});
  }
  for (const PartitionState& partition : state.partitions) {
    if (!partition.moved()) continue;
    plan.moved.push_back({partition.hash, partition.last_move, partition.leader, partition.cause});
  }
  for (const auto& [hash, several] : state.spread) {
    const PartitionState* partition = state.FindPartition(hash);
    plan.spread.push_back(
        {hash, partition->last_move, partition->cause, several.members, several.assigned_clients});
  }
  for (const auto& [key, taker] : state.takeovers) {
    plan.takeovers.push_back(
        {key.first, PositionOf(state.agents, key.second), PositionOf(state.agents, taker)});
  }
  for (const auto& [hash, since_round] : state.unsplittable) {
    plan.unsplittable.push_back({hash, since_round});
  }
  return plan;
}

PlanState RestorePlanState(const Plan& plan, uint32_t warm_up_rounds, uint32_t slow_start_rounds) {
  PlanState state;
  state.round = plan.round;
  state.changed_round = plan.round;
  state.warm_round = plan.round + warm_up_rounds;
  for (const PlanAgent& agent : plan.agents) {
    PlanSlot slot;
    slot.hash = agent.hash;
    slot.declared_weight = agent.declared_weight;
    slot.correction = agent.weight - agent.declared_weight;
    slot.reserved = agent.reserved;
    slot.reserved_since = plan.round;
    slot.slow_start = slow_start_rounds;
    state.agents.push_back(slot);
  }
  const AgentDraws draws = DrawsOf(state);
  for (const MovedPartition& moved : plan.moved) {
    state.partitions.push_back(
        RestoredPartition(draws, moved.partition, moved.since_round, moved.leader, moved.cause));
  }
  for (const Spread& spread : plan.spread) {
    state.partitions.push_back(
        RestoredPartition(draws, spread.partition, spread.since_round, kSeveral, spread.cause));
    state.spread[spread.partition] = {spread.members, spread.assigned_clients, 0};
  }
  std::sort(state.partitions.begin(), state.partitions.end(),
            [](const PartitionState& a, const PartitionState& b) { return a.hash < b.hash; });
  for (const Takeover& takeover : plan.takeovers) {
    state.takeovers[{takeover.partition, plan.agents[takeover.owner].hash}] =
        plan.agents[takeover.taker].hash;
  }
  for (const Unsplittable& unsplittable : plan.unsplittable) {
    state.unsplittable[unsplittable.partition] = unsplittable.since_round;
  }
  return state;
}

}  // namespace bellwether

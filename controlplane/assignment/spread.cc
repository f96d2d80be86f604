#include "controlplane/assignment/spread.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace bellwether {
namespace {

constexpr uint8_t kMaxTicks = 0xFF;

void Count(uint8_t& rounds, bool holds) {
  if (!holds) {
    rounds = 0;
  } else if (rounds < kMaxTicks) {
    ++rounds;
  }
}

bool Contains(const std::vector<AgentPosition>& agents, AgentPosition agent) {
  return std::find(agents.begin(), agents.end(), agent) != agents.end();
}

// The serving agent with the least load for its weight that is not among `members`, or kNoAgent.
AgentPosition LeastLoadedBeside(const Balance& balance, const std::vector<PlanSlot>& agents,
                                const std::vector<AgentPosition>& members) {
  AgentPosition least = kNoAgent;
  for (size_t i = 0; i < agents.size(); ++i) {
    const auto agent = static_cast<AgentPosition>(i);
    if (!agents[i].serving() || Contains(members, agent)) continue;
    if (least == kNoAgent || balance.MoreLoaded(least, agent)) least = agent;
  }
  return least;
}

// Adds leaders until there are `wanted`: the next agents in the preference list that have room, and
// if none has, the least loaded.
void AddMembers(Balance& balance, PartitionState& partition, size_t wanted) {
  const std::vector<PlanSlot>& agents = balance.state().agents;
  std::vector<AgentPosition> members = balance.Members(partition);
  const Load piece = partition.rate / wanted;
  while (members.size() < wanted) {
    AgentPosition next = balance.draws().First(partition.hash, [&](AgentPosition agent) {
      return agents[agent].serving() && balance.HasRoom(agent, piece, Balance::Limit::kTarget) &&
             !Contains(members, agent);
    });
    if (next == kNoAgent) next = LeastLoadedBeside(balance, agents, members);
    if (next == kNoAgent) break;
    members.push_back(next);
  }
  std::sort(members.begin(), members.end());
  balance.SetMembers(partition, std::move(members), MoveCause::kSpread);
}

// The `count` members that come first in the partition's preference list.
std::vector<AgentPosition> BestMembers(const Balance& balance, const PartitionState& partition,
                                       size_t count) {
  std::vector<AgentPosition> members = balance.Members(partition);
  std::sort(members.begin(), members.end(), [&](AgentPosition a, AgentPosition b) {
    return balance.draws().Prefers(partition.hash, a, b);
  });
  members.resize(count);
  std::sort(members.begin(), members.end());
  return members;
}

// Whether it has been hot for `rounds` and can have more leaders.
bool IsToBeSpread(const Balance& balance, const PartitionState& partition, uint32_t rounds) {
  const PlanOptions& options = balance.options();
  return partition.hot_rounds >= rounds &&
         partition.rate >= options.hot_min_bytes_per_second << kLoadFractionBits &&
         balance.MemberCount(partition) < balance.serving_count() &&
         !balance.state().unsplittable.contains(partition.hash);
}

}  // namespace

void CountHotRounds(Balance& balance) {
  const PlanOptions& options = balance.options();
  // Equivalent to ShareAbove for one leader, without a multiplication for each partition.
  const Load hot = balance.Units(options.hot_permille);
  for (PartitionState& partition : balance.state().partitions) {
    if (partition.leader != kSeveral) {
      Count(partition.hot_rounds, partition.rate > hot);
      continue;
    }
    const size_t members = balance.MemberCount(partition);
    Count(partition.hot_rounds, balance.ShareAbove(partition, members, options.hot_permille));
    Count(partition.cold_rounds, balance.ShareBelow(partition, members - 1, options.cold_permille));
  }
}

std::vector<bool> HoldersOfHot(const Balance& balance) {
  std::vector<bool> holders(balance.state().agents.size());
  for (const PartitionState& partition : balance.state().partitions) {
    if (!IsToBeSpread(balance, partition, 1)) continue;
    for (const AgentPosition member : balance.Members(partition)) holders[member] = true;
  }
  return holders;
}

void SpreadHot(Balance& balance, Load budget) {
  const PlanOptions& options = balance.options();
  std::vector<PartitionState*> hot;
  for (PartitionState& partition : balance.state().partitions) {
    if (IsToBeSpread(balance, partition, options.hot_rounds)) hot.push_back(&partition);
  }
  std::sort(hot.begin(), hot.end(), [&](const PartitionState* a, const PartitionState* b) {
    const Load piece_a = balance.PieceOf(*a);
    const Load piece_b = balance.PieceOf(*b);
    return piece_a != piece_b ? piece_a > piece_b : a->hash < b->hash;
  });
  for (PartitionState* partition : hot) {
    if (balance.moved() >= budget) break;
    AddMembers(balance, *partition, balance.WantedMembers(*partition));
    partition->hot_rounds = 0;
    partition->cold_rounds = 0;
  }
}

void DrawTogetherCold(Balance& balance, Load budget) {
  const PlanOptions& options = balance.options();
  PlanState& state = balance.state();
  std::vector<PartitionState*> cold;
  for (const auto& [hash, several] : state.spread) {
    PartitionState* partition = state.FindPartition(hash);
    if (partition->cold_rounds >= options.cold_rounds) cold.push_back(partition);
  }
  for (PartitionState* partition : cold) {
    if (balance.moved() >= budget) break;
    const size_t before = balance.MemberCount(*partition);
    const size_t wanted = balance.WantedMembers(*partition);
    if (wanted >= before) continue;
    std::vector<AgentPosition> kept = BestMembers(balance, *partition, wanted);
    const Load more = partition->rate / wanted - partition->rate / before;
    const bool room = std::all_of(kept.begin(), kept.end(), [&](AgentPosition agent) {
      return balance.HasRoom(agent, more, Balance::Limit::kUpper);
    });
    if (!room) continue;
    balance.SetMembers(*partition, std::move(kept), MoveCause::kConsolidated);
    partition->cold_rounds = 0;
  }
}

void SpreadFromNothing(Balance& balance) {
  const PlanOptions& options = balance.options();
  PlanState& state = balance.state();
  const Load least = options.hot_min_bytes_per_second << kLoadFractionBits;
  for (PartitionState& partition : state.partitions) {
    if (partition.rate < least) continue;
    const size_t wanted = balance.WantedMembers(partition);
    if (wanted < 2) continue;
    std::vector<AgentPosition> members;
    while (members.size() < wanted) {
      members.push_back(balance.draws().First(partition.hash, [&](AgentPosition agent) {
        return state.agents[agent].serving() && !Contains(members, agent);
      }));
    }
    std::sort(members.begin(), members.end());
    balance.SetMembers(partition, std::move(members), MoveCause::kSpread);
  }
}

}  // namespace bellwether

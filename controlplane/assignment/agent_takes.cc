#include "controlplane/assignment/agent_takes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "controlplane/assignment/preferred_leaders.h"

namespace bellwether {
namespace {

// The new leader of a piece whose holder leaves.
AgentPosition PlaceFor(const Balance& balance, const PartitionState& partition, Load piece) {
  AgentPosition to = balance.FirstWithRoom(partition, piece, Balance::Limit::kTarget);
  if (to == kNoAgent) to = balance.FirstWithRoom(partition, piece, Balance::Limit::kUpper);
  return to != kNoAgent ? to : balance.LeastLoaded(partition);
}

// Records that `taker` holds the partition for `owner`, unless it already holds it for an earlier
// owner.
void Lend(PlanState& state, uint64_t partition, uint64_t owner, uint64_t taker) {
  for (auto takeover = state.takeovers.lower_bound({partition, 0});
       takeover != state.takeovers.end() && takeover->first.first == partition; ++takeover) {
    if (takeover->second == taker) return;
  }
  state.takeovers[{partition, owner}] = taker;
}

// A piece that a new agent could take from its holder.
struct Offer {
  uint32_t partition = 0;
  AgentPosition holder = kNoAgent;
  AgentPosition taker = kNoAgent;
  Load load = 0;
};

// The member that comes last in the partition's preference list.
AgentPosition LeastLikedMember(const Balance& balance, const PartitionState& partition) {
  const std::vector<AgentPosition> members = balance.Members(partition);
  return *std::min_element(members.begin(), members.end(), [&](AgentPosition a, AgentPosition b) {
    return balance.draws().Prefers(partition.hash, b, a);
  });
}

// All pieces that the takers have won, the heaviest first; for each piece the best taker first.
std::vector<Offer> OffersTo(Balance& balance, const std::vector<bool>& takers) {
  std::vector<AgentPosition> who;
  for (size_t i = 0; i < takers.size(); ++i) {
    if (takers[i]) who.push_back(static_cast<AgentPosition>(i));
  }
  std::vector<Offer> offers;
  const std::vector<PartitionState>& partitions = balance.state().partitions;
  for (size_t i = 0; i < partitions.size(); ++i) {
    const PartitionState& partition = partitions[i];
    const AgentPosition holder =
        partition.leader == kSeveral ? LeastLikedMember(balance, partition) : partition.leader;
    if (takers[holder]) continue;
    for (const AgentPosition taker : who) {
      if (balance.IsMember(partition, taker)) continue;
      if (!balance.draws().Prefers(partition.hash, taker, holder)) continue;
      offers.push_back({static_cast<uint32_t>(i), holder, taker, balance.PieceOf(partition)});
    }
  }
  std::sort(offers.begin(), offers.end(), [&](const Offer& a, const Offer& b) {
    if (a.load != b.load) return a.load > b.load;
    if (a.partition != b.partition) return a.partition < b.partition;
    return balance.draws().Prefers(partitions[a.partition].hash, a.taker, b.taker);
  });
  return offers;
}

}  // namespace

void GiveAway(Balance& balance, const std::vector<bool>& givers, MoveCause cause) {
  PlanState& state = balance.state();
  for (const Piece& piece : balance.PiecesOf(givers)) {
    PartitionState& partition = state.partitions[piece.partition];
    // An earlier step of this loop may have removed a leader, so that the others have larger
    // pieces.
    const AgentPosition to = PlaceFor(balance, partition, balance.PieceOf(partition));
    if (to != kNoAgent) {
      balance.Replace(partition, piece.holder, to, cause);
      if (cause == MoveCause::kTakenOver) {
        Lend(state, partition.hash, state.agents[piece.holder].hash, state.agents[to].hash);
      }
      continue;
    }
    // Every other agent already leads it.
    std::vector<AgentPosition> members = balance.Members(partition);
    members.erase(std::remove(members.begin(), members.end(), piece.holder), members.end());
    if (!members.empty()) balance.SetMembers(partition, std::move(members), cause);
  }
}

void EndTakeovers(Balance& balance, const std::vector<bool>& owners) {
  PlanState& state = balance.state();
  const auto takeovers = state.takeovers;
  for (const auto& [key, borrower_hash] : takeovers) {
    const AgentPosition owner = PositionOfAgent(state, key.second);
    if (owner == kNoAgent || !owners[owner]) continue;
    state.takeovers.erase(key);
    const AgentPosition taker = PositionOfAgent(state, borrower_hash);
    PartitionState* partition = state.FindPartition(key.first);
    if (taker == kNoAgent || partition == nullptr) continue;
    if (!balance.IsMember(*partition, taker) || balance.IsMember(*partition, owner)) continue;
    balance.Replace(*partition, taker, owner, MoveCause::kTakeoverEnded);
  }
}

void TakeWonPartitions(Balance& balance, const std::vector<bool>& takers, MoveCause cause) {
  const std::vector<Offer> offers = OffersTo(balance, takers);
  // Take from overloaded agents first, so that they need no rebalancing afterwards.
  for (const bool from_everybody : {false, true}) {
    for (const Offer& offer : offers) {
      PartitionState& partition = balance.state().partitions[offer.partition];
      // A better taker has already taken it.
      if (!balance.IsMember(partition, offer.holder)) continue;
      if (balance.IsMember(partition, offer.taker)) continue;
      if (!balance.HasRoom(offer.taker, offer.load, Balance::Limit::kTarget)) continue;
      if (!from_everybody && balance.HasRoom(offer.holder, 0, Balance::Limit::kTarget)) continue;
      balance.Replace(partition, offer.holder, offer.taker, cause);
    }
  }
}

void GiveBackToPreferredLeaders(Balance& balance, const std::vector<bool>& givers,
                                const std::vector<AgentPosition>& preferred_before) {
  PlanState& state = balance.state();
  for (const Piece& piece : balance.PiecesOf(givers)) {
    PartitionState& partition = state.partitions[piece.partition];
    const bool lost_its_home =
        preferred_before[piece.partition] == piece.holder && partition.preferred != piece.holder;
    if (!lost_its_home || partition.leader != piece.holder) continue;
    if (!state.agents[partition.preferred].serving()) continue;
    if (!balance.HasRoom(partition.preferred, piece.load, Balance::Limit::kTarget)) continue;
    balance.Replace(partition, piece.holder, partition.preferred, MoveCause::kReweighed);
  }
}

}  // namespace bellwether

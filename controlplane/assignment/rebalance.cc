#include "controlplane/assignment/rebalance.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace bellwether {
namespace {

// Moves load off one agent.
class LoadMover {
 public:
  LoadMover(Balance& balance, AgentPosition agent, Cooldown cooldown, Load budget)
      : balance_(balance),
        agent_(agent),
        cooldown_(cooldown),
        budget_(budget),
        target_(balance.limit(agent, Balance::Limit::kTarget)) {}

  // `pieces` are the agent's, the largest first.
  void Run(const std::vector<Piece>& pieces) {
    for (const Piece& piece : pieces) {
      if (Done() || HasMovedEnough()) return;
      if (piece.load <= AboveMean() && piece.load > 0 && Move(piece)) ++moves_;
    }
    // Only pieces larger than the load above the target are left: moving one of them is better than
    // moving none.
    if (balance_.HasRoom(agent_, 0, Balance::Limit::kUpper)) return;
    for (size_t i = pieces.size(); i > 0 && !Done(); --i) {
      const Piece& piece = pieces[i - 1];
      if (piece.load > AboveMean() && Move(piece)) return;
    }
  }

 private:
  Load AboveMean() const { return balance_.load(agent_) - target_; }
  bool Done() const { return balance_.load(agent_) <= target_ || balance_.moved() >= budget_; }

  // The more pieces have moved, the less the remaining distance to the target is worth: clients
  // notice the number of changed leaders, and many small pieces above the target are mostly noise.
  bool HasMovedEnough() const {
    return moves_ >= balance_.options().relief_moves &&
           balance_.HasRoom(agent_, 0, Balance::Limit::kUpper);
  }

  bool MayMove(const PartitionState& partition) const {
    if (cooldown_ == Cooldown::kIgnore || partition.last_move == 0) return true;
    if (balance_.state().round - partition.last_move >= balance_.options().cooldown_rounds) {
      return true;
    }
    return balance_.AboveFair(agent_, balance_.options().urgent_permille);
  }

  bool Move(const Piece& piece) {
    PartitionState& partition = balance_.state().partitions[piece.partition];
    if (!balance_.IsMember(partition, agent_) || !MayMove(partition)) return false;
    AgentPosition to = balance_.FirstWithRoom(partition, piece.load, Balance::Limit::kTarget);
    if (to == kNoAgent) {
      to = balance_.LeastLoaded(partition);
      if (to == kNoAgent) return false;
      const Load gain = balance_.Units(balance_.options().gain_permille);
      if (balance_.load(to) + piece.load + gain > balance_.load(agent_)) return false;
    }
    balance_.Replace(partition, agent_, to, MoveCause::kRebalanced);
    return true;
  }

  Balance& balance_;
  const AgentPosition agent_;
  const Cooldown cooldown_;
  const Load budget_;
  const Load target_;
  uint32_t moves_ = 0;
};

}  // namespace

void MoveLoadOff(Balance& balance, const std::vector<bool>& hot, Cooldown cooldown, Load budget) {
  std::vector<AgentPosition> order;
  for (size_t i = 0; i < hot.size(); ++i) {
    if (hot[i]) order.push_back(static_cast<AgentPosition>(i));
  }
  if (order.empty()) return;
  // Agents are sorted by hash, so a stable sort orders equal agents by hash.
  std::stable_sort(order.begin(), order.end(),
                   [&](AgentPosition a, AgentPosition b) { return balance.MoreLoaded(a, b); });
  std::vector<std::vector<Piece>> pieces_of(hot.size());
  for (const Piece& piece : balance.PiecesOf(hot)) pieces_of[piece.holder].push_back(piece);
  for (const AgentPosition agent : order) {
    if (balance.moved() >= budget) return;
    LoadMover(balance, agent, cooldown, budget).Run(pieces_of[agent]);
  }
}

void ReturnToPreferredLeader(Balance& balance) {
  const PlanOptions& options = balance.options();
  PlanState& state = balance.state();
  const Load traffic_before = balance.moved();
  const Load most_traffic = balance.own_traffic() / 1000 * options.return_traffic_permille;
  size_t places = std::max<size_t>(
      1, state.partitions.size() * static_cast<size_t>(options.return_partitions_permille) / 1000);
  for (PartitionState& partition : state.partitions) {
    if (places == 0) return;
    if (!partition.moved() || !state.agents[partition.preferred].serving()) continue;
    if (partition.last_move != 0 && state.round - partition.last_move < options.settled_rounds) {
      continue;
    }
    if (balance.load(partition.preferred) + partition.rate > balance.fair(partition.preferred))
      continue;
    if (balance.moved() - traffic_before + partition.rate > most_traffic) continue;
    balance.Replace(partition, partition.leader, partition.preferred,
                    MoveCause::kReturnedToPreferredLeader);
    --places;
  }
}

}  // namespace bellwether

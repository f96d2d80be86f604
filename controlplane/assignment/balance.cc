#include "controlplane/assignment/balance.h"

#include <algorithm>
#include <utility>

namespace bellwether {
namespace {

// value * numerator / denominator, rounded down, without overflow.
Load Scale(Load value, absl::uint128 numerator, absl::uint128 denominator) {
  return absl::Uint128Low64(absl::uint128(value) * numerator / denominator);
}

// How much of a partition's traffic changes its leader when `before` becomes `after`: 1 - sum of
// the smaller shares, in the rate's own unit.
Load MovedLoad(Load rate, const std::vector<AgentPosition>& before,
               const std::vector<AgentPosition>& after) {
  size_t common = 0;
  for (const AgentPosition agent : after) {
    common += std::binary_search(before.begin(), before.end(), agent) ? 1 : 0;
  }
  return rate - Scale(rate, common, std::max(before.size(), after.size()));
}

}  // namespace

Balance::Balance(const PlanOptions& options, PlanState& state, PlanReport& report)
    : options_(options), state_(state), report_(report), draws_(DrawsOf(state)) {
  const size_t count = state.agents.size();
  loads_.reserve(count);
  for (const PlanSlot& slot : state.agents) {
    loads_.push_back(slot.base);
    const uint64_t steps =
        std::clamp(slot.slow_start, uint32_t{1}, std::max(options.slow_start_rounds, 1u));
    weights_.push_back(slot.serving() ? static_cast<uint64_t>(slot.weight()) * steps : 0);
    serving_count_ += slot.serving() ? 1 : 0;
    traffic_ += slot.base;
  }
  for (const PartitionState& partition : state.partitions) {
    own_traffic_ += partition.rate;
    if (partition.leader < count) loads_[partition.leader] += partition.rate;
  }
  for (const auto& [hash, several] : state.spread) {
    const Load piece = state.FindPartition(hash)->rate / several.members.size();
    for (const AgentPosition member : several.members) loads_[member] += piece;
  }
  traffic_ += own_traffic_;
  ComputeLimits();
}

void Balance::ComputeLimits() {
  uint64_t all_weights = 0;
  for (const uint64_t weight : weights_) all_weights += weight;
  const Load slack = options_.slack_bytes_per_second << kLoadFractionBits;
  for (const uint64_t weight : weights_) {
    const absl::uint128 denominator = std::max(all_weights, uint64_t{1});
    const auto share = [&](uint64_t permille) {
      return weight == 0 ? 0
                         : Scale(traffic_, absl::uint128(weight) * permille, denominator * 1000);
    };
    fair_.push_back(share(1000));
    target_.push_back(weight == 0 ? 0 : share(options_.target_permille) + slack);
    upper_.push_back(weight == 0 ? 0 : share(options_.upper_permille) + slack);
  }
}

Load Balance::Units(uint64_t permille) const {
  return Scale(traffic_, permille, absl::uint128(1000) * std::max(serving_count_, size_t{1}));
}

bool Balance::AboveFair(AgentPosition agent, uint64_t permille) const {
  return absl::uint128(loads_[agent]) * 1000 > absl::uint128(fair_[agent]) * permille;
}

bool Balance::MoreLoaded(AgentPosition a, AgentPosition b) const {
  return absl::uint128(loads_[a]) * weights_[b] > absl::uint128(loads_[b]) * weights_[a];
}

size_t Balance::MemberCount(const PartitionState& partition) const {
  return partition.leader == kSeveral ? state_.spread.at(partition.hash).members.size() : 1;
}

Load Balance::PieceOf(const PartitionState& partition) const {
  return partition.rate / MemberCount(partition);
}

bool Balance::IsMember(const PartitionState& partition, AgentPosition agent) const {
  if (partition.leader != kSeveral) return partition.leader == agent;
  const std::vector<AgentPosition>& members = state_.spread.at(partition.hash).members;
  return std::binary_search(members.begin(), members.end(), agent);
}

std::vector<AgentPosition> Balance::Members(const PartitionState& partition) const {
  if (partition.leader != kSeveral) return {partition.leader};
  return state_.spread.at(partition.hash).members;
}

size_t Balance::WantedMembers(const PartitionState& partition) const {
  const absl::uint128 member_load = absl::uint128(traffic_) * options_.member_permille;
  if (member_load == 0) return 1;
  const absl::uint128 wanted =
      (absl::uint128(partition.rate) * serving_count_ * 1000 + member_load - 1) / member_load;
  return static_cast<size_t>(
      std::clamp(wanted, absl::uint128(1), absl::uint128(std::max(serving_count_, size_t{1}))));
}

bool Balance::ShareAbove(const PartitionState& partition, size_t members, uint64_t permille) const {
  return absl::uint128(partition.rate) * serving_count_ * 1000 >
         absl::uint128(traffic_) * permille * members;
}

bool Balance::ShareBelow(const PartitionState& partition, size_t members, uint64_t permille) const {
  return absl::uint128(partition.rate) * serving_count_ * 1000 <
         absl::uint128(traffic_) * permille * members;
}

std::vector<Piece> Balance::PiecesOf(const std::vector<bool>& wanted) const {
  std::vector<Piece> pieces;
  for (size_t i = 0; i < state_.partitions.size(); ++i) {
    const PartitionState& partition = state_.partitions[i];
    if (partition.leader == kSeveral) {
      const std::vector<AgentPosition>& members = state_.spread.at(partition.hash).members;
      for (const AgentPosition member : members) {
        if (!wanted[member]) continue;
        pieces.push_back({static_cast<uint32_t>(i), member, partition.rate / members.size()});
      }
    } else if (wanted[partition.leader]) {
      pieces.push_back({static_cast<uint32_t>(i), partition.leader, partition.rate});
    }
  }
  std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) {
    if (a.load != b.load) return a.load > b.load;
    // Partitions and agents are both sorted by hash.
    return a.partition != b.partition ? a.partition < b.partition : a.holder < b.holder;
  });
  return pieces;
}

AgentPosition Balance::FirstWithRoom(const PartitionState& partition, Load more,
                                     Limit limit) const {
  return draws_.First(partition.hash, [&](AgentPosition agent) {
    return weights_[agent] != 0 && HasRoom(agent, more, limit) && !IsMember(partition, agent);
  });
}

AgentPosition Balance::LeastLoaded(const PartitionState& partition) const {
  AgentPosition best = kNoAgent;
  for (size_t i = 0; i < weights_.size(); ++i) {
    const auto agent = static_cast<AgentPosition>(i);
    if (weights_[agent] == 0 || IsMember(partition, agent)) continue;
    if (best == kNoAgent || MoreLoaded(best, agent)) best = agent;
  }
  return best;
}

void Balance::Replace(PartitionState& partition, AgentPosition from, AgentPosition to,
                      MoveCause cause) {
  const Load piece = PieceOf(partition);
  if (partition.leader != kSeveral) {
    partition.leader = to;
  } else {
    SpreadState& several = state_.spread.at(partition.hash);
    std::replace(several.members.begin(), several.members.end(), from, to);
    std::sort(several.members.begin(), several.members.end());
    for (AssignedClient& assigned : several.assigned_clients) {
      if (assigned.member == from) assigned.member = to;
    }
  }
  loads_[from] -= piece;
  loads_[to] += piece;
  PassTakeoverOn(partition, from, to);
  Record(partition, cause, from, to, piece);
}

void Balance::SetMembers(PartitionState& partition, std::vector<AgentPosition> members,
                         MoveCause cause) {
  const std::vector<AgentPosition> before = Members(partition);
  for (const AgentPosition agent : before) loads_[agent] -= partition.rate / before.size();
  for (const AgentPosition agent : members) loads_[agent] += partition.rate / members.size();
  if (members.size() == 1) {
    partition.leader = members.front();
    state_.spread.erase(partition.hash);
  } else {
    partition.leader = kSeveral;
    SpreadState& several = state_.spread[partition.hash];
    several.members = members;
    // A client whose member has left goes by its score until clients are assigned again.
    several.assigned_clients.erase(
        std::remove_if(several.assigned_clients.begin(), several.assigned_clients.end(),
                       [&](const AssignedClient& assigned) {
                         return !std::binary_search(members.begin(), members.end(),
                                                    assigned.member);
                       }),
        several.assigned_clients.end());
    several.lopsided_rounds = 0;
  }
  const auto first_takeover = state_.takeovers.lower_bound({partition.hash, 0});
  auto last_takeover = first_takeover;
  while (last_takeover != state_.takeovers.end() && last_takeover->first.first == partition.hash)
    ++last_takeover;
  state_.takeovers.erase(first_takeover, last_takeover);
  Record(partition, cause, kNoAgent, kNoAgent, MovedLoad(partition.rate, before, members));
}

void Balance::PassTakeoverOn(const PartitionState& partition, AgentPosition from,
                             AgentPosition to) {
  if (state_.takeovers.empty()) return;
  const uint64_t from_hash = state_.agents[from].hash;
  const uint64_t to_hash = state_.agents[to].hash;
  for (auto takeover = state_.takeovers.lower_bound({partition.hash, 0});
       takeover != state_.takeovers.end() && takeover->first.first == partition.hash; ++takeover) {
    if (takeover->second != from_hash) continue;
    if (takeover->first.second == to_hash) {
      state_.takeovers.erase(takeover);
    } else {
      takeover->second = to_hash;
    }
    return;
  }
}

void Balance::Record(PartitionState& partition, MoveCause cause, AgentPosition from,
                     AgentPosition to, Load moved) {
  partition.last_move = std::max(state_.round, uint32_t{1});
  partition.cause = cause;
  moved_ += moved;
  const uint64_t bytes = moved >> kLoadFractionBits;
  MoveCount& count = report_.by_cause[static_cast<size_t>(cause)];
  ++count.moves;
  count.bytes_per_second += bytes;
  report_.changed = true;
  if (report_.moves.size() >= PlanReport::kMaxMoves) return;
  const auto hash_of = [this](AgentPosition agent) {
    return agent == kNoAgent ? 0 : state_.agents[agent].hash;
  };
  report_.moves.push_back({partition.hash, cause, hash_of(from), hash_of(to), bytes});
}

}  // namespace bellwether

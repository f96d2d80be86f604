#include "controlplane/assignment/client_deal.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/numeric/int128.h"
#include "controlplane/assignment/homes.h"
#include "controlplane/assignment/jump_order.h"

namespace bellwether {
namespace {

// How many clients each member has been dealt, and the most that it may be.
class Hands {
 public:
  Hands(uint64_t partition, const std::vector<DealMember>& members, size_t clients)
      : partition_(partition),
        members_(members),
        held_(members.size()),
        most_((clients + members.size() - 1) / members.size()) {}

  // Whether that agent is a member and takes one more.
  bool TakeAt(AgentPosition position) {
    for (size_t i = 0; i < members_.size(); ++i) {
      if (members_[i].position == position) return held_[i] < most_ && ++held_[i] > 0;
    }
    return false;
  }

  // The member that the client likes best of those that take one more.
  AgentPosition Take(uint64_t client) {
    size_t best = members_.size();
    uint64_t best_score = 0;
    for (size_t i = 0; i < members_.size(); ++i) {
      if (held_[i] >= most_) continue;
      const uint64_t score = ClientScore(client, partition_, members_[i].hash);
      if (best == members_.size() || score > best_score ||
          (score == best_score && members_[i].hash > members_[best].hash)) {
        best = i;
        best_score = score;
      }
    }
    ++held_[best];
    return members_[best].position;
  }

 private:
  const uint64_t partition_;
  const std::vector<DealMember>& members_;
  std::vector<size_t> held_;
  const size_t most_;
};

bool ByClient(const DealtClient& a, const DealtClient& b) { return a.client < b.client; }

std::vector<uint64_t> SortedOnce(std::vector<uint64_t> values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

// How many clients of `now` have another member than in `before`.
size_t Redealt(const std::vector<DealtClient>& before, const std::vector<DealtClient>& now) {
  size_t redealt = 0;
  for (const DealtClient& dealt : now) {
    const auto found = std::lower_bound(before.begin(), before.end(), dealt, ByClient);
    const bool same = found != before.end() && *found == dealt;
    redealt += same ? 0 : 1;
  }
  return redealt;
}

void Deal(Balance& balance, const SpreadUse& use, SpreadState& several) {
  const std::vector<uint64_t> clients = SortedOnce(use.clients);
  const size_t few = balance.options().deal_clients_per_member * several.members.size();
  std::vector<DealtClient> deal;
  if (!clients.empty() && clients.size() < (several.deal.empty() ? few : 2 * few)) {
    std::vector<DealMember> members;
    for (const AgentPosition member : several.members) {
      members.push_back({member, balance.draws().agent(member).hash});
    }
    deal = DealClients(use.partition, members, clients, several.deal);
  }
  if (deal == several.deal) return;
  balance.report().clients_dealt += Redealt(several.deal, deal);
  balance.report().changed = true;
  several.deal = std::move(deal);
}

// The member that carries nearly everything, or kNoAgent.
AgentPosition LopsidedMember(Balance& balance, const SpreadUse& use, const SpreadState& several) {
  absl::uint128 all = 0;
  uint64_t most = 0;
  AgentPosition where = kNoAgent;
  for (const MemberRate& rate : use.rates) {
    all += rate.bytes_per_second;
    const AgentPosition member = PositionOfAgent(balance.state(), rate.agent_hash);
    if (!std::binary_search(several.members.begin(), several.members.end(), member)) continue;
    if (where != kNoAgent && rate.bytes_per_second <= most) continue;
    most = rate.bytes_per_second;
    where = member;
  }
  // Of two leaders, one has 60 % easily.
  const uint64_t bound =
      std::max<uint64_t>(balance.options().lopsided_permille, 1500 / several.members.size());
  return absl::uint128(most) * 1000 > all * bound ? where : kNoAgent;
}

void RetryUnsplittable(Balance& balance) {
  PlanState& state = balance.state();
  for (auto mark = state.unsplittable.begin(); mark != state.unsplittable.end();) {
    if (state.tick - mark->second < balance.options().unsplittable_retry_ticks) {
      ++mark;
      continue;
    }
    mark = state.unsplittable.erase(mark);
    balance.report().changed = true;
  }
}

}  // namespace

std::vector<DealtClient> DealClients(uint64_t partition, const std::vector<DealMember>& members,
                                     const std::vector<uint64_t>& clients,
                                     const std::vector<DealtClient>& before) {
  Hands hands(partition, members, clients.size());
  std::vector<DealtClient> deal;
  std::vector<uint64_t> strangers;
  auto known = before.begin();
  for (const uint64_t client : clients) {
    while (known != before.end() && known->client < client) ++known;
    const bool stays =
        known != before.end() && known->client == client && hands.TakeAt(known->member);
    if (stays) {
      deal.push_back({client, known->member});
    } else {
      strangers.push_back(client);
    }
  }
  for (const uint64_t client : strangers) deal.push_back({client, hands.Take(client)});
  std::sort(deal.begin(), deal.end(), ByClient);
  return deal;
}

void DealTick(Balance& balance, const std::vector<SpreadUse>& uses) {
  PlanState& state = balance.state();
  RetryUnsplittable(balance);
  for (const SpreadUse& use : uses) {
    const auto several = state.spread.find(use.partition);
    if (several == state.spread.end()) continue;
    Deal(balance, use, several->second);
    const AgentPosition lopsided = LopsidedMember(balance, use, several->second);
    uint32_t& ticks = several->second.lopsided_ticks;
    ticks = lopsided == kNoAgent ? 0 : ticks + 1;
    if (ticks < balance.options().lopsided_ticks) continue;
    state.unsplittable[use.partition] = state.tick;
    balance.SetMembers(*state.FindPartition(use.partition), {lopsided}, MoveCause::kUnsplittable);
  }
}

}  // namespace bellwether

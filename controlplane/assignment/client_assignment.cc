#include "controlplane/assignment/client_assignment.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/numeric/int128.h"
#include "controlplane/assignment/preference_list.h"
#include "controlplane/assignment/preferred_leaders.h"

namespace bellwether {
namespace {

// How many clients are assigned to each member, and the maximum for it.
class Places {
 public:
  Places(uint64_t partition, const std::vector<SpreadMember>& members, size_t clients)
      : partition_(partition),
        members_(members),
        held_(members.size()),
        most_((clients + members.size() - 1) / members.size()) {}

  // Whether that agent is a member and takes one more client.
  bool TakeAt(AgentPosition position) {
    for (size_t i = 0; i < members_.size(); ++i) {
      if (members_[i].position == position) return held_[i] < most_ && ++held_[i] > 0;
    }
    return false;
  }

  // The member that the client prefers among those that take one more client.
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
  const std::vector<SpreadMember>& members_;
  std::vector<size_t> held_;
  const size_t most_;
};

bool ByClient(const AssignedClient& a, const AssignedClient& b) { return a.client < b.client; }

std::vector<uint64_t> SortedOnce(std::vector<uint64_t> values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

// How many clients of `now` have another member than in `before`.
size_t Redealt(const std::vector<AssignedClient>& before, const std::vector<AssignedClient>& now) {
  size_t reassigned = 0;
  for (const AssignedClient& assigned : now) {
    const auto found = std::lower_bound(before.begin(), before.end(), assigned, ByClient);
    const bool same = found != before.end() && *found == assigned;
    reassigned += same ? 0 : 1;
  }
  return reassigned;
}

void Deal(Balance& balance, const SpreadUse& use, SpreadState& several) {
  const std::vector<uint64_t> clients = SortedOnce(use.clients);
  const size_t few = balance.options().assign_clients_per_member * several.members.size();
  std::vector<AssignedClient> assigned_clients;
  if (!clients.empty() && clients.size() < (several.assigned_clients.empty() ? few : 2 * few)) {
    std::vector<SpreadMember> members;
    for (const AgentPosition member : several.members) {
      members.push_back({member, balance.draws().agent(member).hash});
    }
    assigned_clients = AssignClients(use.partition, members, clients, several.assigned_clients);
  }
  if (assigned_clients == several.assigned_clients) return;
  balance.report().clients_assigned += Redealt(several.assigned_clients, assigned_clients);
  balance.report().changed = true;
  several.assigned_clients = std::move(assigned_clients);
}

// The member that carries nearly all of the load, or kNoAgent.
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
  // With two leaders, one easily has 60 %.
  const uint64_t bound =
      std::max<uint64_t>(balance.options().lopsided_permille, 1500 / several.members.size());
  return absl::uint128(most) * 1000 > all * bound ? where : kNoAgent;
}

void RetryUnsplittable(Balance& balance) {
  PlanState& state = balance.state();
  for (auto mark = state.unsplittable.begin(); mark != state.unsplittable.end();) {
    if (state.round - mark->second < balance.options().unsplittable_retry_rounds) {
      ++mark;
      continue;
    }
    mark = state.unsplittable.erase(mark);
    balance.report().changed = true;
  }
}

}  // namespace

std::vector<AssignedClient> AssignClients(uint64_t partition,
                                          const std::vector<SpreadMember>& members,
                                          const std::vector<uint64_t>& clients,
                                          const std::vector<AssignedClient>& before) {
  Places places(partition, members, clients.size());
  std::vector<AssignedClient> assigned_clients;
  std::vector<uint64_t> strangers;
  auto known = before.begin();
  for (const uint64_t client : clients) {
    while (known != before.end() && known->client < client) ++known;
    const bool stays =
        known != before.end() && known->client == client && places.TakeAt(known->member);
    if (stays) {
      assigned_clients.push_back({client, known->member});
    } else {
      strangers.push_back(client);
    }
  }
  for (const uint64_t client : strangers) assigned_clients.push_back({client, places.Take(client)});
  std::sort(assigned_clients.begin(), assigned_clients.end(), ByClient);
  return assigned_clients;
}

void AssignClientsOfSpreads(Balance& balance, const std::vector<SpreadUse>& uses) {
  PlanState& state = balance.state();
  RetryUnsplittable(balance);
  for (const SpreadUse& use : uses) {
    const auto several = state.spread.find(use.partition);
    if (several == state.spread.end()) continue;
    Deal(balance, use, several->second);
    const AgentPosition lopsided = LopsidedMember(balance, use, several->second);
    uint32_t& rounds = several->second.lopsided_rounds;
    rounds = lopsided == kNoAgent ? 0 : rounds + 1;
    if (rounds < balance.options().lopsided_rounds) continue;
    state.unsplittable[use.partition] = state.round;
    balance.SetMembers(*state.FindPartition(use.partition), {lopsided}, MoveCause::kUnsplittable);
  }
}

}  // namespace bellwether

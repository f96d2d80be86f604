#include "controlplane/assignment/jump_order.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"

namespace bellwether {
namespace {

// Position of the best by `score_of`; for equal scores the larger hash.
template <typename ScoreOf>
size_t BestOf(const std::vector<JumpAgent>& agents, ScoreOf score_of) {
  size_t best = 0;
  uint64_t best_score = score_of(agents[0]);
  for (size_t i = 1; i < agents.size(); ++i) {
    const uint64_t score = score_of(agents[i]);
    if (score > best_score || (score == best_score && agents[i].hash > agents[best].hash)) {
      best = i;
      best_score = score;
    }
  }
  return best;
}

}  // namespace

size_t HomeOf(uint64_t partition_hash, const std::vector<JumpAgent>& agents) {
  return BestOf(agents, [partition_hash](const JumpAgent& agent) {
    return JumpScore(partition_hash, agent);
  });
}

std::vector<uint32_t> JumpOrder(uint64_t partition_hash, const std::vector<JumpAgent>& agents) {
  std::vector<uint64_t> scores(agents.size());
  for (size_t i = 0; i < agents.size(); ++i) scores[i] = JumpScore(partition_hash, agents[i]);
  std::vector<uint32_t> order(agents.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    if (scores[a] != scores[b]) return scores[a] > scores[b];
    if (agents[a].hash != agents[b].hash) return agents[a].hash > agents[b].hash;
    return a < b;
  });
  return order;
}

absl::string_view AddressWithoutPort(absl::string_view address) {
  if (!address.empty() && address.front() == '[') {
    const size_t bracket = address.find(']');
    if (bracket != absl::string_view::npos) return address.substr(1, bracket - 1);
  }
  // A bare IPv6 address has several colons and no port.
  const size_t colon = address.find(':');
  const bool one_colon = colon != absl::string_view::npos && colon == address.rfind(':');
  return one_colon ? address.substr(0, colon) : address;
}

uint64_t ClientHash(absl::string_view client_id, absl::string_view client_address) {
  return StableHash(absl::StrCat(client_id, "|", AddressWithoutPort(client_address)));
}

size_t MemberFor(uint64_t client_hash, uint64_t partition_hash,
                 const std::vector<JumpAgent>& members) {
  return BestOf(members, [client_hash, partition_hash](const JumpAgent& member) {
    return ClientScore(client_hash, partition_hash, member.hash);
  });
}

}  // namespace bellwether

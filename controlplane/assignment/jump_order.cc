#include "controlplane/assignment/jump_order.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"

namespace bellwether {

size_t HomeOf(uint64_t partition_hash, const std::vector<JumpAgent>& agents) {
  const auto home = std::min_element(
      agents.begin(), agents.end(), [partition_hash](const JumpAgent& a, const JumpAgent& b) {
        return Beats(JumpScoreOf(partition_hash, a), JumpScoreOf(partition_hash, b));
      });
  return static_cast<size_t>(home - agents.begin());
}

std::vector<uint32_t> JumpOrder(uint64_t partition_hash, const std::vector<JumpAgent>& agents) {
  std::vector<JumpScore> scores;
  scores.reserve(agents.size());
  for (const JumpAgent& agent : agents) scores.push_back(JumpScoreOf(partition_hash, agent));
  std::vector<uint32_t> order(agents.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return Beats(scores[a], scores[b]); });
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
  const auto score = [&](const JumpAgent& member) {
    return std::pair(ClientScore(client_hash, partition_hash, member.hash), member.hash);
  };
  const auto best =
      std::max_element(members.begin(), members.end(),
                       [&](const JumpAgent& a, const JumpAgent& b) { return score(a) < score(b); });
  return static_cast<size_t>(best - members.begin());
}

}  // namespace bellwether

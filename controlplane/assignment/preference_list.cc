#include "controlplane/assignment/preference_list.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"

namespace bellwether {

size_t PreferredLeaderOf(uint64_t partition_hash, const std::vector<RankedAgent>& agents) {
  const auto preferred = std::min_element(
      agents.begin(), agents.end(), [partition_hash](const RankedAgent& a, const RankedAgent& b) {
        return Beats(PreferenceScoreOf(partition_hash, a), PreferenceScoreOf(partition_hash, b));
      });
  return static_cast<size_t>(preferred - agents.begin());
}

std::vector<uint32_t> PreferenceList(uint64_t partition_hash,
                                     const std::vector<RankedAgent>& agents) {
  std::vector<PreferenceScore> scores;
  scores.reserve(agents.size());
  for (const RankedAgent& agent : agents)
    scores.push_back(PreferenceScoreOf(partition_hash, agent));
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
                 const std::vector<RankedAgent>& members) {
  const auto score = [&](const RankedAgent& member) {
    return std::pair(ClientScore(client_hash, partition_hash, member.hash), member.hash);
  };
  const auto best = std::max_element(
      members.begin(), members.end(),
      [&](const RankedAgent& a, const RankedAgent& b) { return score(a) < score(b); });
  return static_cast<size_t>(best - members.begin());
}

}  // namespace bellwether

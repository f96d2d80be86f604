#include "controlplane/assignment/listed_brokers.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "controlplane/assignment/preference_list.h"

namespace bellwether {
namespace {

constexpr uint64_t kNoPartition = 0;

using Preference = std::pair<uint64_t, uint32_t>;

// Moves up to `count` of `from`, the preferred ones first, to `to`.
void Take(size_t count, std::vector<Preference>& from, std::vector<uint32_t>& to) {
  const size_t taken = std::min(count, from.size());
  const auto end = from.begin() + static_cast<std::ptrdiff_t>(taken);
  std::partial_sort(from.begin(), end, from.end(), std::greater<>());
  for (auto one = from.begin(); one != end; ++one) to.push_back(one->second);
  from.erase(from.begin(), end);
}

}  // namespace

std::vector<uint32_t> ListedBrokers(const LeaderView& leaders, size_t limit, uint64_t client_hash,
                                    const std::string& zone) {
  if (limit == 0 || limit >= leaders.listed.size()) return leaders.listed;
  std::vector<Preference> inside;
  std::vector<Preference> outside;
  for (const uint32_t position : leaders.listed) {
    const ViewAgent& agent = *leaders.view->agents[position];
    const bool is_inside = !zone.empty() && agent.registration.spec.zone == zone;
    (is_inside ? inside : outside)
        .emplace_back(ClientScore(client_hash, kNoPartition, agent.hash), position);
  }
  std::vector<uint32_t> listed;
  listed.reserve(limit);
  Take(limit - (limit + 3) / 4, inside, listed);
  Take(limit - listed.size(), outside, listed);
  // There are fewer agents outside than there is room for.
  Take(limit - listed.size(), inside, listed);
  std::sort(listed.begin(), listed.end());
  return listed;
}

std::vector<uint32_t> ListedCandidates(const LeaderView& leaders,
                                       const std::vector<uint32_t>& listed) {
  const std::vector<uint32_t>& candidates = leaders.view->candidates;
  std::vector<uint32_t> both;
  std::set_intersection(candidates.begin(), candidates.end(), listed.begin(), listed.end(),
                        std::back_inserter(both));
  return both.empty() ? candidates : both;
}

std::vector<uint32_t> UnionOf(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b) {
  std::vector<uint32_t> either;
  either.reserve(a.size() + b.size());
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(either));
  return either;
}

}  // namespace bellwether

#ifndef CONTROLPLANE_ASSIGNMENT_PREFERENCE_LIST_H_
#define CONTROLPLANE_ASSIGNMENT_PREFERENCE_LIST_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "controlplane/assignment/draw_cost.h"
#include "controlplane/base/stable_hash.h"

namespace bellwether {

// Preference lists: each partition's own random order of the agents, by weighted rendezvous
// hashing. An agent that comes or goes moves only the partitions that it wins or held. (Thaler and
// Ravishankar, "Using name-based mappings to increase hit rates", 1998; weighted by the logarithm
// of the hash as in Schindler and Schomaker, "Weighted distributed hash tables", 2005; "random
// jump" as in Chen, Coleman and Shrivastava, "Revisiting consistent hashing with bounded loads",
// AAAI 2021: from a full agent jump to an independent random one, not to a neighbour.)
//
// Every function here is a pure function of the stable hash: its result is the same on every
// machine and must never change.

// An agent as input to a preference list.
struct RankedAgent {
  // StableHash of the agent id.
  uint64_t hash = 0;
  // 1 to kMaxWeight.
  int32_t weight = 1;

  friend bool operator==(const RankedAgent& a, const RankedAgent& b) = default;
};

// Hash of a partition. `cluster_hash` and `topic_hash` are StableHash of the virtual cluster's uid
// and of the topic's name.
constexpr uint64_t PartitionHash(uint64_t cluster_hash, uint64_t topic_hash, int32_t partition) {
  return Mix64(cluster_hash + Mix64(topic_hash + static_cast<uint64_t>(partition)));
}

// The number that a partition draws for an agent: evenly distributed, and different for different
// agents, since Mix64 is a bijection.
constexpr uint64_t JumpDraw(uint64_t partition_hash, uint64_t agent_hash) {
  return Mix64(partition_hash ^ Mix64(agent_hash));
}

// How strongly a partition prefers an agent.
struct PreferenceScore {
  uint64_t draw = 0;
  int32_t weight = 1;
};

constexpr PreferenceScore PreferenceScoreOf(uint64_t partition_hash, const RankedAgent& agent) {
  return {JumpDraw(partition_hash, agent.hash), agent.weight};
}

// Whether the agent with score `a` comes before the one with score `b`: its DrawCost divided by its
// weight is lower, or equal with a larger draw. -log of an even draw is distributed exponentially;
// of such values, each divided by its agent's weight, an agent's is the lowest with a probability
// in proportion to its weight.
inline bool Beats(const PreferenceScore& a, const PreferenceScore& b) {
  // The cost never rises with the draw.
  if (a.weight == b.weight) return a.draw > b.draw;
  const uint64_t cost_a = DrawCost(a.draw) * static_cast<uint64_t>(b.weight);
  const uint64_t cost_b = DrawCost(b.draw) * static_cast<uint64_t>(a.weight);
  return cost_a != cost_b ? cost_a < cost_b : a.draw > b.draw;
}

// Position in `agents` of the partition's preferred leader: the agent that beats all others.
// REQUIRES: agents is not empty.
size_t PreferredLeaderOf(uint64_t partition_hash, const std::vector<RankedAgent>& agents);

// Positions in `agents`, each before those that it beats; the first is the preferred leader.
std::vector<uint32_t> PreferenceList(uint64_t partition_hash,
                                     const std::vector<RankedAgent>& agents);

// The host of "10.0.0.1:5000", "[::1]:5000", "[::1]" or "::1".
absl::string_view AddressWithoutPort(absl::string_view address);

// Hash of a client, for choosing among the leaders of a spread partition. It includes the client's
// address, because whole fleets share a client id. `client_address` is a host with or without a
// port ("10.0.0.1:5000", "[::1]:5000", "::1"); the port, which changes with every connection, and
// the brackets do not count.
uint64_t ClientHash(absl::string_view client_id, absl::string_view client_address);

// How strongly a client prefers an agent for a partition.
constexpr uint64_t ClientScore(uint64_t client_hash, uint64_t partition_hash, uint64_t agent_hash) {
  return Mix64((client_hash ^ partition_hash) + Mix64(agent_hash ^ 0xC11E47));
}

// Position in `members` of the agent that leads the partition for that client: the best client
// score; of equal scores, the larger hash. REQUIRES: members is not empty.
size_t MemberFor(uint64_t client_hash, uint64_t partition_hash,
                 const std::vector<RankedAgent>& members);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_PREFERENCE_LIST_H_

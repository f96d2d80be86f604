#ifndef CONTROLPLANE_ASSIGNMENT_PREFERENCE_LIST_H_
#define CONTROLPLANE_ASSIGNMENT_PREFERENCE_LIST_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "controlplane/assignment/draw_cost.h"
#include "controlplane/base/stable_hash.h"

namespace bellwether {

// Each partition's own random order of the agents, by weighted rendezvous hashing: an agent that
// comes or goes moves only the partitions that it wins or held. (Thaler and Ravishankar, "Using
// name-based mappings to increase hit rates", 1998; weighted by the logarithm of the hash as in
// Schindler and Schomaker, "Weighted distributed hash tables", 2005; "random jump" as in Chen,
// Coleman and Shrivastava, "Revisiting consistent hashing with bounded loads", AAAI 2021: from a
// full agent jump to an independent random one, not to a neighbour.)
//
// Everything here is a pure function on the stable hash, the same on every machine for ever.

// An agent as the order sees it.
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

// The number that a partition draws for an agent: evenly distributed, and for different agents
// never the same, since Mix64 maps different numbers to different ones.
constexpr uint64_t JumpDraw(uint64_t partition_hash, uint64_t agent_hash) {
  return Mix64(partition_hash ^ Mix64(agent_hash));
}

// How much a partition likes an agent. A value.
struct PreferenceScore {
  uint64_t draw = 0;
  int32_t weight = 1;
};

constexpr PreferenceScore PreferenceScoreOf(uint64_t partition_hash, const RankedAgent& agent) {
  return {JumpDraw(partition_hash, agent.hash), agent.weight};
}

// Whether the agent with score `a` comes before the one with score `b`: its DrawCost divided by its
// weight is lower, or that is the same and its draw is larger. -log of an even draw is distributed
// exponentially, and of such values, each divided by its agent's weight, an agent's is the lowest
// with a probability in proportion to its weight.
inline bool Beats(const PreferenceScore& a, const PreferenceScore& b) {
  // The cost never rises with the draw.
  if (a.weight == b.weight) return a.draw > b.draw;
  const uint64_t cost_a = DrawCost(a.draw) * static_cast<uint64_t>(b.weight);
  const uint64_t cost_b = DrawCost(b.draw) * static_cast<uint64_t>(a.weight);
  return cost_a != cost_b ? cost_a < cost_b : a.draw > b.draw;
}

// Position in `agents` of the partition's home: the one that beats all others.
// REQUIRES: agents is not empty.
size_t PreferredLeaderOf(uint64_t partition_hash, const std::vector<RankedAgent>& agents);

// Positions in `agents`, each before those that it beats; the first is the home.
std::vector<uint32_t> PreferenceList(uint64_t partition_hash,
                                     const std::vector<RankedAgent>& agents);

// The host of "10.0.0.1:5000", "[::1]:5000", "[::1]" or "::1". Pure.
absl::string_view AddressWithoutPort(absl::string_view address);

// Hash of a client, for choosing among the several leaders of a spread partition: client ids are
// shared by whole fleets, so its address is in it too. `client_address` is a host with or without a
// port ("10.0.0.1:5000", "[::1]:5000", "::1"); the port, which changes with every connection, does
// not count, nor do the brackets.
uint64_t ClientHash(absl::string_view client_id, absl::string_view client_address);

// How much a client likes an agent for a partition.
constexpr uint64_t ClientScore(uint64_t client_hash, uint64_t partition_hash, uint64_t agent_hash) {
  return Mix64((client_hash ^ partition_hash) + Mix64(agent_hash ^ 0xC11E47));
}

// Position in `members` of the agent that leads the partition for that client: the best client
// score; for equal scores the larger hash. REQUIRES: members is not empty.
size_t MemberFor(uint64_t client_hash, uint64_t partition_hash,
                 const std::vector<RankedAgent>& members);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_PREFERENCE_LIST_H_

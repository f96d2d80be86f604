#ifndef CONTROLPLANE_ASSIGNMENT_JUMP_ORDER_H_
#define CONTROLPLANE_ASSIGNMENT_JUMP_ORDER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "controlplane/base/stable_hash.h"

namespace bellwether {

// Each partition's own random order of the agents, by weighted rendezvous hashing: an agent that
// comes or goes moves only the partitions that it wins or held. (Thaler and Ravishankar, "Using
// name-based mappings to increase hit rates", 1998; "random jump" as in Chen, Coleman and
// Shrivastava, "Revisiting consistent hashing with bounded loads", AAAI 2021: from a full agent
// jump to an independent random one, not to a neighbour.)
//
// Everything here is a pure function on the stable hash, the same on every machine for ever.

// An agent as the order sees it.
struct JumpAgent {
  // StableHash of the agent id.
  uint64_t hash = 0;
  // 1 to kMaxCapacityUnits.
  int32_t weight = 1;
};

// Hash of a partition. `cluster_hash` and `topic_hash` are StableHash of the virtual cluster's uid
// and of the topic's name.
constexpr uint64_t PartitionHash(uint64_t cluster_hash, uint64_t topic_hash, int32_t partition) {
  return Mix64(cluster_hash + Mix64(topic_hash + static_cast<uint64_t>(partition)));
}

// How much a partition likes an agent: the best of `weight` draws.
constexpr uint64_t JumpScore(uint64_t partition_hash, const JumpAgent& agent) {
  uint64_t best = 0;
  for (int32_t i = 0; i < agent.weight; ++i) {
    const uint64_t draw = Mix64(partition_hash ^ Mix64(agent.hash + static_cast<uint64_t>(i)));
    best = draw > best ? draw : best;
  }
  return best;
}

// Position in `agents` of the partition's home: the best score; for equal scores the larger hash.
// REQUIRES: agents is not empty.
size_t HomeOf(uint64_t partition_hash, const std::vector<JumpAgent>& agents);

// Positions in `agents` from the best score down; the first is the home.
std::vector<uint32_t> JumpOrder(uint64_t partition_hash, const std::vector<JumpAgent>& agents);

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
                 const std::vector<JumpAgent>& members);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_JUMP_ORDER_H_

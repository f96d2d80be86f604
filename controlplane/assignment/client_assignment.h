#ifndef CONTROLPLANE_ASSIGNMENT_CLIENT_ASSIGNMENT_H_
#define CONTROLPLANE_ASSIGNMENT_CLIENT_ASSIGNMENT_H_

#include <cstdint>
#include <vector>

#include "controlplane/assignment/balance.h"
#include "controlplane/assignment/plan.h"
#include "controlplane/assignment/plan_input.h"

namespace bellwether {

// Hashing gives a few clients to a few leaders unevenly: of 8 clients and 30 leaders, somebody gets
// three. Few clients are dealt out like cards instead. Pure but for their arguments.

// A leader of a spread partition.
struct SpreadMember {
  AgentPosition position = kNoAgent;
  uint64_t hash = 0;
};

// Who gets which client: each the member that it likes best and that has fewer than its part of
// them, the clients in the order of their hashes. Whoever was dealt before stays as long as its
// member has no more than its part. The result is by client. REQUIRES: members is not empty;
// `clients` rises; `before` is by client.
std::vector<AssignedClient> AssignClients(uint64_t partition,
                                          const std::vector<SpreadMember>& members,
                                          const std::vector<uint64_t>& clients,
                                          const std::vector<AssignedClient>& before);

// Deals the clients of each spread partition of which few are known, and lets alone those of which
// many are. Finds partitions that hang on one client whatever is dealt, gives these back to one
// leader, and after a while tries again.
void AssignClientsOfSpreads(Balance& balance, const std::vector<SpreadUse>& uses);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_CLIENT_ASSIGNMENT_H_

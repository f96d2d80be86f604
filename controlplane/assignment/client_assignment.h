#ifndef CONTROLPLANE_ASSIGNMENT_CLIENT_ASSIGNMENT_H_
#define CONTROLPLANE_ASSIGNMENT_CLIENT_ASSIGNMENT_H_

#include <cstdint>
#include <vector>

#include "controlplane/assignment/balance.h"
#include "controlplane/assignment/plan.h"
#include "controlplane/assignment/plan_input.h"

namespace bellwether {

// Client assignment. Hashing spreads a few clients unevenly over a few leaders: of 8 clients and 30
// leaders, one leader gets three. While a spread partition has few clients, each client is assigned
// to a leader explicitly instead.

// A leader of a spread partition.
struct SpreadMember {
  AgentPosition position = kNoAgent;
  uint64_t hash = 0;
};

// Assigns each client to the member that it prefers among those that have fewer clients than their
// share, in the order of the clients' hashes. Clients in `before` keep their member as long as it
// has no more than its share. The result is sorted by client. REQUIRES: `members` is not empty;
// `clients` rises; `before` is sorted by client.
std::vector<AssignedClient> AssignClients(uint64_t partition,
                                          const std::vector<SpreadMember>& members,
                                          const std::vector<uint64_t>& clients,
                                          const std::vector<AssignedClient>& before);

// Assigns the clients of each spread partition that has few known clients, and leaves partitions
// with many clients alone. Finds partitions whose load comes from one client however clients are
// assigned, gives these back to one leader, and tries again after a while.
void AssignClientsOfSpreads(Balance& balance, const std::vector<SpreadUse>& uses);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_CLIENT_ASSIGNMENT_H_

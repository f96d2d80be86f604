#ifndef CONTROLPLANE_ASSIGNMENT_LISTED_BROKERS_H_
#define CONTROLPLANE_ASSIGNMENT_LISTED_BROKERS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "controlplane/assignment/leader_view.h"

namespace bellwether {

// The brokers that an answer to a client lists, as ascending positions in view->agents.
//
// Kafka clients take the list of the latest answer as the complete cluster: they forget their
// bootstrap addresses, ask only listed brokers, and some close their connections to brokers that
// are missing. The list is therefore every agent of the client's group that has not left and is not
// DEAD, and it does not depend on topics, strategy or zone.
//
// A limit shortens the answers of very large pools. The list is then a subset that depends only on
// the agents of the group and the client: the first agents in the client's own order (ClientScore),
// at most three quarters of them in the client's zone, so that the client still knows brokers when
// a zone is lost.

// The list for the client (ClientHash), which prefers `zone` (may be empty); all of leaders.listed
// if `limit` is 0 or at least their number. REQUIRES: limit is at least 0.
std::vector<uint32_t> ListedBrokers(const LeaderView& leaders, size_t limit, uint64_t client_hash,
                                    const std::string& zone);

// The agents of leaders.view->candidates that are in `listed`; all candidates if none is.
std::vector<uint32_t> ListedCandidates(const LeaderView& leaders,
                                       const std::vector<uint32_t>& listed);

// The union of two ascending lists, ascending.
std::vector<uint32_t> UnionOf(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_LISTED_BROKERS_H_

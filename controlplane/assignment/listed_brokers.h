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
// Kafka clients take the list of the latest answer for the complete cluster: they forget the
// addresses that they started with, ask listed brokers alone, and some close their connections to
// brokers that are missing. So the list is every agent of the client's group that has not left and
// is not dead, and it does not depend on topics, strategy or zone.
//
// With a limit, which makes answers of very large pools shorter, it is a subset that depends on the
// agents of the group and the client alone: by the client's own order of the agents (ClientScore),
// at most three quarters of them in the client's zone, so that the client has brokers left when a
// zone is lost.

// The list for the client (ClientHash), which prefers `zone` (may be empty): all of leaders.listed
// where `limit` is 0 or not below their number. REQUIRES: limit is at least 0.
std::vector<uint32_t> ListedBrokers(const LeaderView& leaders, size_t limit, uint64_t client_hash,
                                    const std::string& zone);

// Those of leaders.view->candidates that are among `listed`; all candidates if none is.
std::vector<uint32_t> ListedCandidates(const LeaderView& leaders,
                                       const std::vector<uint32_t>& listed);

// Both lists are ascending; so is their union.
std::vector<uint32_t> UnionOf(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_LISTED_BROKERS_H_

#ifndef CONTROLPLANE_ASSIGNMENT_NAMED_BROKERS_H_
#define CONTROLPLANE_ASSIGNMENT_NAMED_BROKERS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "controlplane/assignment/position_set.h"
#include "controlplane/model/pool_view.h"

namespace bellwether {

// As many brokers as an answer names at least, if the pool has them.
inline constexpr size_t kMinNamedBrokers = 3;

// The brokers to name under consistent_random_jump, as positions in view.agents, ascending: every
// leader, and where these are fewer than kMinNamedBrokers the candidates that the client likes best
// besides. Naming all of a pool of a thousand would make each answer a thousand brokers long, and
// naming the leaders alone would leave a client of one partition with nobody to turn to when that
// agent dies. Which ones are added depends on the client alone: it sees the same ones again, and
// different clients spread over the whole pool. `leaders` are positions in view.agents. Pure.
std::vector<uint32_t> NamedBrokers(const PoolView& view, const PositionSet& leaders,
                                   uint64_t client_hash);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_NAMED_BROKERS_H_

#ifndef CONTROLPLANE_DISCOVERY_SINGLE_AGENT_PICKER_H_
#define CONTROLPLANE_DISCOVERY_SINGLE_AGENT_PICKER_H_

#include <cstdint>
#include <optional>

#include "controlplane/base/clock.h"
#include "controlplane/base/random.h"
#include "controlplane/planning/pool_snapshot.h"

namespace bellwether {

// Picks the agent that one answer under single_agent names, by two random choices over estimated
// load, and notes in the ledgers what the answer will move: to the picked agent, and away from
// `client_is_at`, the position of the agent that serves the client now, where that is another one.
// Returns a position in snapshot.view->agents.
//
// An estimate is what the agent reported plus what its ledger says was sent its way since, divided
// by its weight. An agent without a report counts as one that reported the mean, never as idle:
// else every client would be sent to the newcomer. Mean and load per connection are taken over at
// most 32 candidates, all of a small pool, so that the work does not grow with the pool.
//
// Neither is an agent whose report is too old or cannot be believed. Who is hot is found once a
// second for the whole pool (PoolLoad). A newcomer's share is capped (RampCeiling).
//
// With `sticky` a client stays where it is, if that is a candidate, while StaysAt says so.
//
// Thread-safe. REQUIRES: snapshot.view->candidates is not empty.
uint32_t PickSingleAgent(const PoolSnapshot& snapshot, std::optional<uint32_t> client_is_at,
                         bool sticky, MonotonicTime now, Random& random);

}  // namespace bellwether

#endif  // CONTROLPLANE_DISCOVERY_SINGLE_AGENT_PICKER_H_

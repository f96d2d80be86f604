#ifndef CONTROLPLANE_DISCOVERY_SINGLE_AGENT_PICKER_H_
#define CONTROLPLANE_DISCOVERY_SINGLE_AGENT_PICKER_H_

#include <cstdint>
#include <optional>

#include "controlplane/assignment/leader_view.h"
#include "controlplane/assignment/single_agent.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/random.h"
#include "controlplane/planning/ledger_loads.h"

namespace bellwether {

// A choice between two agents. Positions are in view->agents.
struct SingleAgentChoice {
  uint32_t first = 0;
  uint32_t second = 0;
  LoadEstimate first_estimate;
  LoadEstimate second_estimate;
  // The better of the two, unless the client stays where it is.
  uint32_t picked = 0;
  bool stays = false;
  // Capacity units that a client which is sent to another agent is assumed to take along.
  double arrival = 0;
};

// Makes the choice that PickSingleAgent would make with the same `random`, and notes it nowhere.
// Thread-safe. REQUIRES: as PickSingleAgent.
SingleAgentChoice ChooseSingleAgent(const LeaderView& leaders, const Ledgers& ledgers,
                                    std::optional<uint32_t> client_is_at, bool sticky,
                                    MonotonicTime now, Random& random);

// The load of a candidate as ChooseSingleAgent would estimate it.
LoadEstimate EstimateLoad(const LeaderView& leaders, const Ledgers& ledgers, uint32_t position,
                          MonotonicTime now);

// Picks the agent that one answer under single_agent names, by two random choices over estimated
// load, and notes in the ledgers what the answer will move: to the picked agent, and away from
// `client_is_at`, the position of the agent that serves the client now, where that is another one.
// Returns a position in leaders.view->agents.
//
// An estimate is what the agent reported plus what its ledger says was sent its way since, divided
// by its weight. An agent without a report counts as one that reported the mean, never as idle:
// else every client would be sent to the newcomer; so does one whose report is too old or cannot be
// believed. The mean, what a client brings, and who is hot are found once a second for the whole
// pool (PoolLoad), so that a choice looks at two agents alone. A newcomer's share is capped
// (RampCeiling).
//
// With `sticky` a client stays where it is, if that is a candidate, while StaysAt says so.
//
// Thread-safe. REQUIRES: leaders.view->candidates is not empty.
uint32_t PickSingleAgent(const LeaderView& leaders, const Ledgers& ledgers,
                         std::optional<uint32_t> client_is_at, bool sticky, MonotonicTime now,
                         Random& random);

}  // namespace bellwether

#endif  // CONTROLPLANE_DISCOVERY_SINGLE_AGENT_PICKER_H_

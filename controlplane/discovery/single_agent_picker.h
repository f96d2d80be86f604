#ifndef CONTROLPLANE_DISCOVERY_SINGLE_AGENT_PICKER_H_
#define CONTROLPLANE_DISCOVERY_SINGLE_AGENT_PICKER_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "controlplane/assignment/leader_grounds.h"
#include "controlplane/assignment/leader_view.h"
#include "controlplane/assignment/single_agent.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/random.h"
#include "controlplane/planning/observed_loads.h"
#include "controlplane/planning/pool_snapshot.h"

namespace bellwether {

// The known place of a client of single_agent.
struct ClientPlace {
  // Position in view->agents of the agent that was last returned to it, or that serves it; nullopt:
  // not known.
  std::optional<uint32_t> agent;
  // The client's load is there, so sending the client elsewhere takes the load away.
  bool has_load = false;
  // ReturnedAgents::Returned::new_connections for this query.
  uint32_t new_connections = 0;
};

// The client's place: the agent that was last returned to it, whichever agent it asks. A client
// without a record is with the agent that it asks if it has used that connection before.
//
// Many clients that start behind one address with one id look like one client. If more first
// queries of new connections arrive within a second of the last answer than one starting client
// sends, the further ones count as queries of other clients, which have no load yet. Thread-safe.
ClientPlace FindClientPlace(const AskingClient& client, const LeaderGrounds& grounds,
                            const PoolSnapshot& pool, MonotonicTime now);

// The inputs of a choice, apart from randomness. The objects that it refers to must outlive it.
struct SingleAgentQuestion {
  const LeaderView& leaders;
  const PendingLoads& pending_loads;
  // The agents to choose from, as ascending positions in view->agents; not empty.
  const std::vector<uint32_t>& candidates;
  ClientPlace client;
  // VirtualCluster::single_agent_sticky.
  bool sticky = false;
  MonotonicTime now;
};

// A choice between two agents. Positions are in view->agents.
struct SingleAgentChoice {
  uint32_t first = 0;
  uint32_t second = 0;
  LoadEstimate first_estimate;
  LoadEstimate second_estimate;
  // The better of the two, unless the client stays at its agent.
  uint32_t picked = 0;
  bool stays = false;
  // Load, in units of weight, that a client is assumed to take along to another agent.
  double arrival = 0;
};

// Makes the choice that PickSingleAgent would make with the same `random`, without recording it.
// Thread-safe.
SingleAgentChoice ChooseSingleAgent(const SingleAgentQuestion& question, Random& random);

// The load estimate of a candidate that ChooseSingleAgent uses.
LoadEstimate EstimateLoad(const LeaderView& leaders, const PendingLoads& pending_loads,
                          uint32_t position, MonotonicTime now);

// Picks the agent that one answer under single_agent returns, by two random choices over estimated
// load, and records in the pending load the effect of the answer: load sent to the picked agent,
// and away from the agent that has the client's load now if that is another one. Never picks the
// agent that the client has now if there is another to choose from. Returns a position in
// view->agents.
//
// The estimate is the agent's reported load plus its pending load, divided by its weight. An agent
// without a report counts as one that reported the mean, never as idle, because otherwise every
// client would be sent to a new agent; so does an agent whose report is too old or cannot be
// believed. The mean, the load of a client, and which agents are hot are computed once a second for
// the whole pool (PoolLoad), so that a choice examines only two agents. The share of an agent in
// slow start is capped (SlowStartCeiling).
//
// With `sticky` a client stays at its agent instead, if that is a candidate, while StaysAt says so.
//
// Thread-safe.
uint32_t PickSingleAgent(const SingleAgentQuestion& question, Random& random);

}  // namespace bellwether

#endif  // CONTROLPLANE_DISCOVERY_SINGLE_AGENT_PICKER_H_

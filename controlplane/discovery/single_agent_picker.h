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

// What is known of where a client of single_agent is. A value.
struct ClientPlace {
  // Position in view->agents of the agent that was last returned to it, or that serves it; nullopt:
  // not known.
  std::optional<uint32_t> agent;
  // The client has its load there, so that sending it elsewhere takes the load away.
  bool has_load = false;
  // ReturnedAgents::Returned::new_connections of this question.
  uint32_t new_connections = 0;
};

// Where the client is: with the agent that was last returned to it, whichever agent it asks. A
// client of which nothing is known is with the agent that it asks if it has used that connection
// before.
//
// Many clients that start behind one address with one id seem to be one client. First questions of
// new connections that come within a second of the last answer, more than a client that starts asks
// itself, are taken for those of other clients, which have no load yet. Thread-safe.
ClientPlace FindClientPlace(const AskingClient& client, const LeaderGrounds& grounds,
                            const PoolSnapshot& pool, MonotonicTime now);

// What a choice depends on beside chance. What it refers to must outlive it.
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
  // The better of the two, unless the client stays where it is.
  uint32_t picked = 0;
  bool stays = false;
  // Capacity units that a client which is sent to another agent is assumed to take along.
  double arrival = 0;
};

// Makes the choice that PickSingleAgent would make with the same `random`, and notes it nowhere.
// Thread-safe.
SingleAgentChoice ChooseSingleAgent(const SingleAgentQuestion& question, Random& random);

// The load of a candidate as ChooseSingleAgent would estimate it.
LoadEstimate EstimateLoad(const LeaderView& leaders, const PendingLoads& pending_loads,
                          uint32_t position, MonotonicTime now);

// Picks the agent that one answer under single_agent names, by two random choices over estimated
// load, and notes in the ledgers what the answer will move: to the picked agent, and away from the
// one that has the client's load now, where that is another one. It is never the agent that the
// client has now, where there is another to choose from. Returns a position in view->agents.
//
// An estimate is what the agent reported plus what its ledger says was sent its way since, divided
// by its weight. An agent without a report counts as one that reported the mean, never as idle:
// else every client would be sent to the newcomer; so does one whose report is too old or cannot be
// believed. The mean, what a client brings, and who is hot are found once a second for the whole
// pool (PoolLoad), so that a choice looks at two agents alone. A newcomer's share is capped
// (SlowStartCeiling).
//
// With `sticky` a client stays where it is instead, if that is a candidate, while StaysAt says so.
//
// Thread-safe.
uint32_t PickSingleAgent(const SingleAgentQuestion& question, Random& random);

}  // namespace bellwether

#endif  // CONTROLPLANE_DISCOVERY_SINGLE_AGENT_PICKER_H_

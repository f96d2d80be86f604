#ifndef CONTROLPLANE_ASSIGNMENT_LEADER_GROUNDS_H_
#define CONTROLPLANE_ASSIGNMENT_LEADER_GROUNDS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "controlplane/assignment/agent_choice.h"
#include "controlplane/assignment/agent_loads.h"
#include "controlplane/assignment/client_id.h"
#include "controlplane/assignment/leader_view.h"
#include "controlplane/base/clock.h"
#include "controlplane/model/pool_view.h"
#include "controlplane/model/strategy.h"
#include "controlplane/model/virtual_cluster.h"

namespace bellwether {

// A client that asks through an agent. A value.
struct AskingClient {
  // Id, name or uid.
  std::string virtual_cluster;
  // The agent that the client asked; may be empty or unknown, then it has no say.
  std::string agent_id;
  std::string client_id;
  // With or without a port; may be empty.
  std::string client_address;
  // The client is already served by `agent_id`.
  bool established = false;
};

// What each level that may choose a strategy says; nullopt says nothing. A value.
struct StrategyWishes {
  std::optional<Strategy> client_id;
  std::optional<Strategy> agent;
  std::optional<Strategy> virtual_cluster;
};

// A strategy and who decided that it applies. A value.
struct StrategyChoice {
  Strategy strategy = kSystemDefaultStrategy;
  StrategySource source = StrategySource::kSystem;
};

// The first that says something, else the system's default. Pure.
StrategyChoice ChooseStrategy(const StrategyWishes& wishes);

// What an answer to a client rests on, whatever it asks for. A value.
struct LeaderGrounds {
  ClientIdFeatures features;
  // The agents that fit the client.
  AgentChoice agents;
  // Position in the view of the agent that the client asked, if it is there.
  std::optional<uint32_t> asked;
  StrategyWishes wishes;
  StrategyChoice strategy;

  const LeaderView& leaders() const { return *agents.leaders; }
  // Where the client is served now, if it said that it is.
  std::optional<uint32_t> client_is_at(const AskingClient& client) const {
    return client.established ? asked : std::nullopt;
  }
};

// Reads the client's id, finds the agents that fit it, and decides the strategy. REQUIRES: `pool`
// is a whole one and has candidates.
LeaderGrounds FindGrounds(const AskingClient& client, const VirtualCluster& cluster,
                          const std::shared_ptr<const LeaderView>& pool, const AgentLoads& loads,
                          MonotonicTime now);

// The candidate that the client (ClientHash) likes best, at no partition in particular: the broker
// of a client with a host override under consistent_random_jump. Pure.
uint32_t FavouriteOf(uint64_t client_hash, const PoolView& view);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_LEADER_GROUNDS_H_

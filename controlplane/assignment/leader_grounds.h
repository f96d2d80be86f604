#ifndef CONTROLPLANE_ASSIGNMENT_LEADER_GROUNDS_H_
#define CONTROLPLANE_ASSIGNMENT_LEADER_GROUNDS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
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
  // The client has used this connection to `agent_id` before: it is not a new client.
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
  // Of the client (ClientHash).
  uint64_t client = 0;
  // The brokers that the client knows, where VirtualCluster::max_listed_brokers leaves some out:
  // positions in the view, ascending. nullopt: all of leaders().listed.
  std::optional<std::vector<uint32_t>> listed;
  // Those of them that are candidates, where there is a limit.
  std::optional<std::vector<uint32_t>> listed_candidates;

  const LeaderView& leaders() const { return *agents.leaders; }
  // The agents that single_agent may choose from: the candidates that the client knows.
  const std::vector<uint32_t>& single_agent_candidates() const {
    return listed_candidates.has_value() ? *listed_candidates : leaders().view->candidates;
  }
};

// Reads the client's id, finds the agents that fit it, and decides the strategy. UNAVAILABLE
// (kAgentGroupUnavailable) as ChooseAgents. REQUIRES: `pool` is a whole one and has candidates.
absl::StatusOr<LeaderGrounds> FindGrounds(const AskingClient& client, const VirtualCluster& cluster,
                                          const std::shared_ptr<const LeaderView>& pool,
                                          const AgentLoads& loads, MonotonicTime now);

// The one of `candidates` (positions in view.agents) that the client (ClientHash) prefers, at no
// partition in particular, by weighted rendezvous hashing: the same for each agent and control
// plane that has the view. It is the broker of a client with a host override under
// consistent_random_jump, and the leader of a client of single_agent while the control plane is
// unreachable. REQUIRES: candidates is not empty.
uint32_t PreferredAgent(uint64_t client_hash, const PoolView& view,
                        const std::vector<uint32_t>& candidates);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_LEADER_GROUNDS_H_

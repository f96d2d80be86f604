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
  // The agent that the client asked; if empty or unknown, it has no effect.
  std::string agent_id;
  std::string client_id;
  // With or without a port; may be empty.
  std::string client_address;
  // The client has used this connection to `agent_id` before, so it is not a new client.
  bool established = false;
};

// The strategy that each level asks for; nullopt if it asks for none.
struct StrategyWishes {
  std::optional<Strategy> client_id;
  std::optional<Strategy> agent;
  std::optional<Strategy> virtual_cluster;
};

// A strategy and the level that decided it.
struct StrategyChoice {
  Strategy strategy = kSystemDefaultStrategy;
  StrategySource source = StrategySource::kSystem;
};

// The strategy of the first level that asks for one, else the system's default.
StrategyChoice ChooseStrategy(const StrategyWishes& wishes);

// The facts that an answer to a client depends on, for any topics.
struct LeaderGrounds {
  ClientIdFeatures features;
  // The agents that fit the client.
  AgentChoice agents;
  // Position in the view of the agent that the client asked, if the view has it.
  std::optional<uint32_t> asked;
  StrategyWishes wishes;
  StrategyChoice strategy;
  // ClientHash of the client.
  uint64_t client = 0;
  // The brokers that the client knows, where VirtualCluster::max_listed_brokers leaves some out:
  // ascending positions in the view. nullopt: all of leaders().listed.
  std::optional<std::vector<uint32_t>> listed;
  // The candidates among `listed`, where there is a limit.
  std::optional<std::vector<uint32_t>> listed_candidates;

  const LeaderView& leaders() const { return *agents.leaders; }
  // The agents that single_agent may choose from: the candidates that the client knows.
  const std::vector<uint32_t>& single_agent_candidates() const {
    return listed_candidates.has_value() ? *listed_candidates : leaders().view->candidates;
  }
};

// Parses the client id, finds the agents that fit, and decides the strategy. UNAVAILABLE
// (kAgentGroupUnavailable) as for ChooseAgents. REQUIRES: `pool` is a whole pool and has
// candidates.
absl::StatusOr<LeaderGrounds> FindGrounds(const AskingClient& client, const VirtualCluster& cluster,
                                          const std::shared_ptr<const LeaderView>& pool,
                                          const AgentLoads& loads, MonotonicTime now);

// The agent among `candidates` (positions in view.agents) that the client (ClientHash) prefers,
// independent of any partition, by weighted rendezvous hashing. Every agent and control plane with
// the same view computes the same agent. It is the broker of a client with a host override under
// consistent_random_jump, and the leader of a client of single_agent while the control plane is
// unreachable. REQUIRES: candidates is not empty.
uint32_t PreferredAgent(uint64_t client_hash, const PoolView& view,
                        const std::vector<uint32_t>& candidates);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_LEADER_GROUNDS_H_

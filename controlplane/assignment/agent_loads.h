#ifndef CONTROLPLANE_ASSIGNMENT_AGENT_LOADS_H_
#define CONTROLPLANE_ASSIGNMENT_AGENT_LOADS_H_

#include <cstdint>
#include <optional>

#include "controlplane/assignment/single_agent.h"
#include "controlplane/base/clock.h"

namespace bellwether {

// The known load of the agents of a view. The control plane computes it from reports and pending
// load, an agent from the load levels that it received. Implementations are thread-safe and fast.
class AgentLoads {
 public:
  virtual ~AgentLoads() = default;

  // Current load of the agent at that position of PoolView::agents, as utilisation times weight;
  // nullopt if nothing is known.
  virtual std::optional<double> LoadOf(uint32_t position, MonotonicTime now) const = 0;
  // The part of it that the agent itself has reported. REQUIRES: the load is known.
  virtual double ReportedLoadOf(uint32_t position) const = 0;
  // The agent's requests in flight and connections, as far as they are known.
  virtual RequestsInFlight RequestsOf(uint32_t position) const = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_AGENT_LOADS_H_

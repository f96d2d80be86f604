#ifndef CONTROLPLANE_ASSIGNMENT_AGENT_LOADS_H_
#define CONTROLPLANE_ASSIGNMENT_AGENT_LOADS_H_

#include <cstdint>
#include <optional>

#include "controlplane/assignment/single_agent.h"
#include "controlplane/base/clock.h"

namespace bellwether {

// What is known of how loaded the agents of a view are: to the control plane by their reports and
// its ledgers, to an agent by what it was told. Implementations are thread-safe and fast.
class AgentLoads {
 public:
  virtual ~AgentLoads() = default;

  // What the agent at that position of PoolView::agents does now, as utilisation times capacity;
  // nullopt if nothing is known.
  virtual std::optional<double> LoadOf(uint32_t position, MonotonicTime now) const = 0;
  // What of it the agent itself has reported. REQUIRES: something is known.
  virtual double ReportedLoadOf(uint32_t position) const = 0;
  // Whether its requests take long, as far as is known.
  virtual RequestsInFlight RequestsOf(uint32_t position) const = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_AGENT_LOADS_H_

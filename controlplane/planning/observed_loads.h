#ifndef CONTROLPLANE_PLANNING_OBSERVED_LOADS_H_
#define CONTROLPLANE_PLANNING_OBSERVED_LOADS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "controlplane/assignment/agent_loads.h"
#include "controlplane/membership/pending_load.h"

namespace bellwether {

// The pending load of each of a view's agents, at the same positions.
using PendingLoads = std::vector<std::shared_ptr<PendingLoad>>;

// Loads by reports and pending load.
class ObservedLoads final : public AgentLoads {
 public:
  // `pending_loads` must outlive it.
  explicit ObservedLoads(const PendingLoads& pending_loads) : pending_loads_(pending_loads) {}

  std::optional<double> LoadOf(uint32_t position, MonotonicTime now) const override {
    const PendingLoad& pending_load = *pending_loads_[position];
    if (!pending_load.HasReport(now)) return std::nullopt;
    return pending_load.reported_load() + pending_load.pending();
  }
  double ReportedLoadOf(uint32_t position) const override {
    return pending_loads_[position]->reported_load();
  }
  RequestsInFlight RequestsOf(uint32_t position) const override {
    return {pending_loads_[position]->in_flight_requests(),
            pending_loads_[position]->connections()};
  }

 private:
  const PendingLoads& pending_loads_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_OBSERVED_LOADS_H_

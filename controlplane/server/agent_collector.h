#ifndef CONTROLPLANE_SERVER_AGENT_COLLECTOR_H_
#define CONTROLPLANE_SERVER_AGENT_COLLECTOR_H_

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <vector>

#include "controlplane/base/clock.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/membership/agent_registry.h"

namespace bellwether {

// At each scrape, counts the agents of each pool by state, the expirations of their leases, and the
// imbalance of the load that they report. A pool of the catalog that has had no agent since the
// start has 0 active agents and no other series. Thread-safe.
class AgentCollector final : public prometheus::Collectable {
 public:
  // All must outlive it.
  AgentCollector(const Catalog& catalog, const AgentRegistry& registry, const Clock& clock);

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const Catalog& catalog_;
  const AgentRegistry& registry_;
  const Clock& clock_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_AGENT_COLLECTOR_H_

#ifndef CONTROLPLANE_SERVER_PROCESS_COLLECTOR_H_
#define CONTROLPLANE_SERVER_PROCESS_COLLECTOR_H_

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <vector>

namespace bellwether {

// Shows what this process uses of the machine, under the names that Prometheus' own client
// libraries use, and its version, whenever Prometheus scrapes. What cannot be found out is left
// out. Thread-safe.
class ProcessCollector final : public prometheus::Collectable {
 public:
  std::vector<prometheus::MetricFamily> Collect() const override;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_PROCESS_COLLECTOR_H_

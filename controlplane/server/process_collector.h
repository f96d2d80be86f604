#ifndef CONTROLPLANE_SERVER_PROCESS_COLLECTOR_H_
#define CONTROLPLANE_SERVER_PROCESS_COLLECTOR_H_

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <vector>

namespace bellwether {

// The resources that this process uses, under the names of Prometheus' own client libraries, and
// its version, collected at each scrape. Values that cannot be determined are left out.
// Thread-safe.
class ProcessCollector final : public prometheus::Collectable {
 public:
  std::vector<prometheus::MetricFamily> Collect() const override;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_PROCESS_COLLECTOR_H_

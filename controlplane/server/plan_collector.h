#ifndef CONTROLPLANE_SERVER_PLAN_COLLECTOR_H_
#define CONTROLPLANE_SERVER_PLAN_COLLECTOR_H_

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <vector>

#include "controlplane/planning/pool_planners.h"

namespace bellwether {

// Shows the plan of each pool whenever Prometheus scrapes. Thread-safe.
class PlanCollector final : public prometheus::Collectable {
 public:
  // `planners` must outlive it.
  explicit PlanCollector(const PoolPlanners& planners);

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const PoolPlanners& planners_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_PLAN_COLLECTOR_H_

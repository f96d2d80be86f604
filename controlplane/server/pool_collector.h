#ifndef CONTROLPLANE_SERVER_POOL_COLLECTOR_H_
#define CONTROLPLANE_SERVER_POOL_COLLECTOR_H_

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <vector>

#include "controlplane/base/clock.h"
#include "controlplane/planning/pool_feeds.h"
#include "controlplane/planning/pool_planners.h"

namespace bellwether {

// The view, the plan and the watchers of each pool, collected at each scrape. Thread-safe.
class PoolCollector final : public prometheus::Collectable {
 public:
  // All must outlive it.
  PoolCollector(const PoolPlanners& planners, const PoolFeeds& feeds, const Clock& clock);

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const PoolPlanners& planners_;
  const PoolFeeds& feeds_;
  const Clock& clock_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_POOL_COLLECTOR_H_

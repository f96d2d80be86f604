#ifndef CONTROLPLANE_SERVER_POOL_LOG_H_
#define CONTROLPLANE_SERVER_POOL_LOG_H_

#include <map>
#include <memory>
#include <string>

#include "controlplane/base/clock.h"
#include "controlplane/base/limited_log.h"
#include "controlplane/base/mutex.h"
#include "controlplane/catalog/catalog_view.h"
#include "controlplane/planning/pool_events.h"
#include "controlplane/planning/pool_planners.h"

namespace bellwether {

// Says in the log which agents change their states and which partitions move (pool_events.h). A
// pool that it sees for the first time has no line about states: what it is like then is not news.
class PoolLog {
 public:
  // Both must outlive it.
  PoolLog(PoolPlanners& planners, const Clock& clock);

  // Logs the states that have changed since the last call. For one periodic task; a pool in which
  // nothing changed takes a look at a pointer.
  void LogStates();
  // Logs the partitions that have moved since the last call. `view` says which virtual cluster uses
  // a pool. For each step of the plans. Thread-safe; of calls at the same time one has the lines.
  void LogMoves(const CatalogView& view);

  // Lines with counts of those left out that are due.
  void WriteDue() { log_.WriteDue(); }

 private:
  struct Plans {
    PlanSet plans;
    std::map<std::string, MoveCounts> moves;
  };

  void LogMovesOf(PoolPlanner& planner, uint64_t cluster_hash, const Plans& before,
                  const Plans& after) const;

  PoolPlanners& planners_;
  // An agent that comes and goes again and again has a line a minute for each state.
  LimitedLog log_;
  const Clock& clock_;
  // By pool, as of the last LogStates.
  std::map<std::string, std::shared_ptr<const PoolView>> views_;
  Mutex mutex_;
  // By pool, as of the last LogMoves.
  std::map<std::string, Plans> plans_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_POOL_LOG_H_

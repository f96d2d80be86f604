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

// Logs state changes of agents and moves of partitions (pool_events.h). For a pool that it sees for
// the first time it logs no states, since these are not changes.
class PoolLog {
 public:
  // Both must outlive it.
  PoolLog(PoolPlanners& planners, const Clock& clock);

  // Logs the states that have changed since the last call. For one periodic task; an unchanged pool
  // costs one pointer comparison.
  void LogStates();
  // Logs the partitions that have moved since the last call. `view` says which virtual cluster uses
  // a pool. Call it after each balancing round. Thread-safe; of concurrent calls one logs the
  // lines.
  void LogMoves(const CatalogView& view);

  // Writes due lines that count the lines left out.
  void WriteDue() { log_.WriteDue(); }

 private:
  struct Plans {
    PlanSet plans;
    std::map<std::string, MoveCounts> moves;
  };

  void LogMovesOf(PoolPlanner& planner, uint64_t cluster_hash, const Plans& before,
                  const Plans& after) const;

  PoolPlanners& planners_;
  // Limits an agent that repeatedly comes and goes to one line a minute for each state.
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

#ifndef CONTROLPLANE_PLANNING_POOL_LOAD_H_
#define CONTROLPLANE_PLANNING_POOL_LOAD_H_

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "controlplane/base/clock.h"
#include "controlplane/membership/load_ledger.h"
#include "controlplane/model/pool_view.h"

namespace bellwether {

// How loaded the candidates of a view are together: what a query needs and what takes a look at all
// of them. The first query of a second looks; the others take what it found.
//
// Thread-safe, without a lock: while one looks, others go by what was found before.
class PoolLoad {
 public:
  // Looks at the candidates, unless somebody did within the last second. Always of the same view;
  // `ledgers` are at the positions of view.agents.
  void Refresh(const PoolView& view, const std::vector<std::shared_ptr<LoadLedger>>& ledgers,
               MonotonicTime now);

  // Whether the candidate with that ledger takes far longer for its requests than the others. Its
  // own report counts at once.
  bool IsHot(const LoadLedger& ledger) const;
  // Of the candidates with a report, by what they reported and were sent since; 0 if none has one.
  double mean_utilization() const { return mean_utilization_.load(std::memory_order_relaxed); }
  // Every candidate has a report and is busier than kOverloaded.
  bool all_overloaded() const { return all_overloaded_.load(std::memory_order_relaxed); }

  static constexpr double kOverloaded = 0.90;

 private:
  // Nanoseconds since the clock's origin.
  std::atomic<int64_t> next_look_ = std::numeric_limits<int64_t>::min();
  // Requests in flight for each connection.
  std::atomic<double> hot_above_ = std::numeric_limits<double>::infinity();
  std::atomic<double> mean_utilization_ = 0;
  std::atomic<bool> all_overloaded_ = false;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_POOL_LOAD_H_

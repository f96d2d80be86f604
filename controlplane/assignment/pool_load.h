#ifndef CONTROLPLANE_ASSIGNMENT_POOL_LOAD_H_
#define CONTROLPLANE_ASSIGNMENT_POOL_LOAD_H_

#include <atomic>
#include <cstdint>
#include <limits>

#include "controlplane/assignment/agent_loads.h"
#include "controlplane/base/clock.h"
#include "controlplane/model/pool_view.h"

namespace bellwether {

// The combined load of a view's candidates: the values that a query needs and that take a pass over
// all candidates. The first query of each second makes the pass; the others use its results.
//
// Thread-safe, without a lock: during a pass other queries use the previous results.
class PoolLoad {
 public:
  // Makes a pass over the candidates unless there was one within the last second. `view` must be
  // the same in each call.
  void Refresh(const PoolView& view, const AgentLoads& loads, MonotonicTime now);

  // Whether a candidate takes far longer for its requests than the others. Its own report counts at
  // once.
  bool IsHot(const RequestsInFlight& requests) const;
  // Of the candidates whose load is known; 0 if there is none.
  double mean_utilization() const { return mean_utilization_.load(std::memory_order_relaxed); }
  // By reports alone: the mean, and the load that one more client is assumed to bring
  // (ArrivalDelta). If pending load counted here, the assumption would feed on itself.
  double reported_utilization() const {
    return reported_utilization_.load(std::memory_order_relaxed);
  }
  double arrival() const { return arrival_.load(std::memory_order_relaxed); }
  // Of the least busy candidate; 0 if there is none or the load of one is not known.
  double least_utilization() const { return least_utilization_.load(std::memory_order_relaxed); }
  // Whether the load of every candidate is known and above kOverloaded.
  bool all_overloaded() const { return least_utilization() > kOverloaded; }

  static constexpr double kOverloaded = 0.90;

 private:
  // Nanoseconds since the clock's origin.
  std::atomic<int64_t> next_look_ = std::numeric_limits<int64_t>::min();
  // Requests in flight for each connection.
  std::atomic<double> hot_above_ = std::numeric_limits<double>::infinity();
  std::atomic<double> mean_utilization_ = 0;
  std::atomic<double> reported_utilization_ = 0;
  std::atomic<double> arrival_ = kMinArrivalDelta;
  std::atomic<double> least_utilization_ = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_POOL_LOAD_H_

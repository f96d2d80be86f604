#ifndef CONTROLPLANE_ASSIGNMENT_POOL_LOAD_H_
#define CONTROLPLANE_ASSIGNMENT_POOL_LOAD_H_

#include <atomic>
#include <cstdint>
#include <limits>

#include "controlplane/assignment/agent_loads.h"
#include "controlplane/base/clock.h"
#include "controlplane/model/pool_view.h"

namespace bellwether {

// How loaded the candidates of a view are together: what a query needs and what takes a look at all
// of them. The first query of a second looks; the others take what it found.
//
// Thread-safe, without a lock: while one looks, others go by what was found before.
class PoolLoad {
 public:
  // Looks at the candidates, unless somebody did within the last second. Always of the same view.
  void Refresh(const PoolView& view, const AgentLoads& loads, MonotonicTime now);

  // Whether a candidate takes far longer for its requests than the others. Its own report counts at
  // once.
  bool IsHot(const RequestsInFlight& requests) const;
  // Of the candidates of which something is known; 0 if there is none.
  double mean_utilization() const { return mean_utilization_.load(std::memory_order_relaxed); }
  // By what they have reported alone: the same, and what one more client is assumed to bring
  // (ArrivalDelta). By what was sent there since, an assumption would feed on itself.
  double reported_utilization() const {
    return reported_utilization_.load(std::memory_order_relaxed);
  }
  double arrival() const { return arrival_.load(std::memory_order_relaxed); }
  // Of the least busy candidate; 0 if there is none or nothing is known of one.
  double least_utilization() const { return least_utilization_.load(std::memory_order_relaxed); }
  // Something is known of every candidate, and each is busier than kOverloaded.
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

#ifndef AGENTCLIENT_REDIRECT_BUDGET_H_
#define AGENTCLIENT_REDIRECT_BUDGET_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"

namespace bellwether {

// Which connections a share is a share of.
enum class RedirectBudgetBase {
  // Those that are open now.
  kOpenNow,
  // The most that were open since the budget was last left alone for kForgetAfter: the pace does
  // not slow down as redirected clients close their connections.
  kMostOpen,
};

// How many connections a second may begin to be redirected: a set share of the connections, rounded
// up, and always at least one. Within any second, wherever it begins, no more than that.
// Thread-safe.
class RedirectBudget {
 public:
  static constexpr absl::Duration kForgetAfter = absl::Minutes(1);

  // `share` is limited to 0 to 1.
  RedirectBudget(double share, RedirectBudgetBase base);

  // Whether one more connection may begin now, which is then spent.
  bool TryTake(MonotonicTime now, int64_t open_connections);

 private:
  // A second is counted in steps; one more slot than steps, since a second that begins within a
  // step touches one more.
  static constexpr absl::Duration kStep = absl::Milliseconds(100);
  static constexpr size_t kSlots = 11;

  int64_t Limit(MonotonicTime now, int64_t open_connections) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const double share_;
  const RedirectBudgetBase base_;
  Mutex mutex_;
  std::array<int64_t, kSlots> taken_ ABSL_GUARDED_BY(mutex_) = {};
  int64_t step_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t most_open_ ABSL_GUARDED_BY(mutex_) = 0;
  MonotonicTime last_asked_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether

#endif  // AGENTCLIENT_REDIRECT_BUDGET_H_

#ifndef AGENTCLIENT_REDIRECT_BUDGET_H_
#define AGENTCLIENT_REDIRECT_BUDGET_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"

namespace bellwether {

// The set of connections that a share refers to.
enum class RedirectBudgetBase {
  // The connections that are open now.
  kOpenNow,
  // The most connections that were open since the last pause of kForgetAfter in the use of the
  // budget: the pace does not slow down as redirected clients close their connections.
  kMostOpen,
};

// Limits how many connections may begin to be redirected in any period of one second: a fixed
// share of the connections, rounded up, and always at least one. Thread-safe.
class RedirectBudget {
 public:
  static constexpr absl::Duration kForgetAfter = absl::Minutes(1);

  // `share` is clamped to 0 to 1.
  RedirectBudget(double share, RedirectBudgetBase base);

  // Whether one more connection may begin now. If so, that uses up one place.
  bool TryTake(MonotonicTime now, int64_t open_connections);

 private:
  // A second is counted in steps. There is one more slot than steps, since a second that begins
  // within a step touches one more.
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

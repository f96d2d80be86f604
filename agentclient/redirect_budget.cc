#include "agentclient/redirect_budget.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bellwether {

RedirectBudget::RedirectBudget(double share, RedirectBudgetBase base)
    : share_(share > 0 ? std::min(share, 1.0) : 0), base_(base) {}

bool RedirectBudget::TryTake(MonotonicTime now, int64_t open_connections) {
  MutexLock lock(mutex_);
  const int64_t step = now.since_origin() / kStep;
  if (step - step_ >= static_cast<int64_t>(kSlots)) {
    taken_.fill(0);
    step_ = step;
  }
  while (step_ < step) taken_[++step_ % kSlots] = 0;
  const int64_t limit = Limit(now, open_connections);
  if (std::accumulate(taken_.begin(), taken_.end(), int64_t{0}) >= limit) return false;
  // Not `step`: another thread may have read a later time and come first.
  ++taken_[step_ % kSlots];
  return true;
}

int64_t RedirectBudget::Limit(MonotonicTime now, int64_t open_connections) {
  if (now - last_asked_ > kForgetAfter) most_open_ = 0;
  last_asked_ = std::max(last_asked_, now);
  most_open_ = std::max(most_open_, open_connections);
  const int64_t connections =
      base_ == RedirectBudgetBase::kMostOpen ? most_open_ : open_connections;
  // Without the small amount, 0.05 * 60 is a little above 3.
  const double share = std::ceil(share_ * static_cast<double>(connections) - 1e-6);
  return std::max<int64_t>(1, static_cast<int64_t>(share));
}

}  // namespace bellwether

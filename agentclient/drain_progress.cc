#include "agentclient/drain_progress.h"

#include <algorithm>

namespace bellwether {

DrainProgress::DrainProgress(const Clock& clock, absl::Duration drain_period)
    : clock_(clock), drain_period_(std::max(drain_period, absl::ZeroDuration())) {}

void DrainProgress::Begin() {
  int64_t not_begun = kNotBegun;
  begun_.compare_exchange_strong(not_begun,
                                 absl::ToInt64Nanoseconds(clock_.MonotonicNow().since_origin()));
}

void DrainProgress::RecordRequest() {
  if (begun_.load(std::memory_order_relaxed) == kNotBegun) return;
  // Threads may store in another order than they read the clock: that is off by their own delay.
  last_request_.store(absl::ToInt64Nanoseconds(clock_.MonotonicNow().since_origin()),
                      std::memory_order_relaxed);
}

MonotonicTime DrainProgress::EarliestEnd() const {
  const int64_t begun = begun_.load();
  if (begun == kNotBegun) return MonotonicTime::InfiniteFuture();
  const int64_t last = std::max(begun, last_request_.load(std::memory_order_relaxed));
  return std::min(MonotonicTime::SinceOrigin(absl::Nanoseconds(begun)) + drain_period_,
                  MonotonicTime::SinceOrigin(absl::Nanoseconds(last)) + kQuiet);
}

}  // namespace bellwether

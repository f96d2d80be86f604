#include "controlplane/membership/lease_clock.h"

#include <algorithm>
#include <limits>

namespace bellwether {
namespace {

// Far enough from the largest number that its sum with a reading still fits.
constexpr int64_t kForEver = std::numeric_limits<int64_t>::max() / 4;

}  // namespace

LeaseClock::LeaseClock(const Clock& clock, absl::Duration longest_gap)
    : clock_(clock),
      longest_gap_(std::min(absl::ToInt64Nanoseconds(longest_gap), kForEver)),
      limit_(Reading() + longest_gap_),
      last_observed_(Reading()) {}

absl::Duration LeaseClock::Observe() {
  MutexLock lock(mutex_);
  const int64_t now = Reading();
  const int64_t lost = std::max(now - last_observed_ - longest_gap_, int64_t{0});
  const int64_t stalled = stalled_.load(std::memory_order_relaxed) + lost;
  last_observed_ = now;
  stalled_.store(stalled, std::memory_order_release);
  limit_.store(now - stalled + longest_gap_, std::memory_order_release);
  return absl::Nanoseconds(lost);
}

MonotonicTime LeaseClock::MonotonicNow() const {
  // The order matters. With an old limit, a stall that is not subtracted yet cannot advance the
  // reading; and subtracting a stall from a time before it would give less than an earlier reading.
  const int64_t limit = limit_.load(std::memory_order_acquire);
  const int64_t stalled = stalled_.load(std::memory_order_acquire);
  const int64_t now = Reading() - stalled;
  return MonotonicTime::SinceOrigin(absl::Nanoseconds(std::min(now, limit)));
}

int64_t LeaseClock::Reading() const {
  return absl::ToInt64Nanoseconds(clock_.MonotonicNow().since_origin());
}

}  // namespace bellwether

#ifndef CONTROLPLANE_MEMBERSHIP_LEASE_CLOCK_H_
#define CONTROLPLANE_MEMBERSHIP_LEASE_CLOCK_H_

#include <atomic>
#include <cstdint>

#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"

namespace bellwether {

// The clock for leases: its monotonic time stops while this process is stalled. A process that was
// suspended, swapped out or starved of CPU could not receive heartbeats, so that time must not
// count against its agents: every lease is extended by the length of the stall.
//
// A periodic task has to call Observe to show that the process is running. Between two calls this
// clock advances by at most `longest_gap`, whatever the time outside; this also holds for readings
// after a stall and before the next Observe. So no lease ends because a reader ran first.
//
// Thread-safe; readings take no lock.
class LeaseClock final : public Clock {
 public:
  // `clock` must outlive it. If nothing calls Observe, `longest_gap` has to be infinite.
  LeaseClock(const Clock& clock, absl::Duration longest_gap);

  // Records that the process is running now. Returns the length of the stall since the last call; 0
  // if there was none.
  absl::Duration Observe();

  absl::Time WallNow() const override { return clock_.WallNow(); }
  MonotonicTime MonotonicNow() const override;

  // Total time for which the clock has stopped since it was made.
  absl::Duration Stalled() const { return absl::Nanoseconds(stalled_.load()); }

 private:
  // Nanoseconds since the origin of `clock_`.
  int64_t Reading() const;

  const Clock& clock_;
  const int64_t longest_gap_;
  // How far this clock is behind `clock_`, and the reading that it does not pass before the next
  // Observe, in nanoseconds. A reader that sees a limit also sees the stall that belongs to it.
  std::atomic<int64_t> stalled_ = 0;
  std::atomic<int64_t> limit_;
  Mutex mutex_;
  int64_t last_observed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_LEASE_CLOCK_H_

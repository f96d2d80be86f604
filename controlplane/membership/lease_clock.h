#ifndef CONTROLPLANE_MEMBERSHIP_LEASE_CLOCK_H_
#define CONTROLPLANE_MEMBERSHIP_LEASE_CLOCK_H_

#include <atomic>
#include <cstdint>

#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"

namespace bellwether {

// The clock that leases go by: its monotonic time stands still while this process does. A process
// that was suspended, swapped out or starved could not hear its agents, so that time must not count
// against them: every lease is longer by as much.
//
// Somebody has to show again and again that the process is awake, by Observe. Between two of these
// at most `longest_gap` passes here, whatever passed outside; that also holds for readings after a
// stall and before the next Observe. So no lease ends because a reader was woken first.
//
// Thread-safe; readings take no lock.
class LeaseClock final : public Clock {
 public:
  // `clock` must outlive it. Where nobody calls Observe, `longest_gap` has to be infinite.
  LeaseClock(const Clock& clock, absl::Duration longest_gap);

  // The process is awake now. How long it was not since the last call; 0 if it was all the while.
  absl::Duration Observe();

  absl::Time WallNow() const override { return clock_.WallNow(); }
  MonotonicTime MonotonicNow() const override;

  // How long it has stood still so far, since it was made.
  absl::Duration Stalled() const { return absl::Nanoseconds(stalled_.load()); }

 private:
  // Nanoseconds since the origin of `clock_`.
  int64_t Reading() const;

  const Clock& clock_;
  const int64_t longest_gap_;
  // How far this clock is behind `clock_`, and the reading that it does not go beyond before the
  // next Observe, in nanoseconds. A reader that sees a limit also sees the stall that it rests on.
  std::atomic<int64_t> stalled_ = 0;
  std::atomic<int64_t> limit_;
  Mutex mutex_;
  int64_t last_observed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_LEASE_CLOCK_H_

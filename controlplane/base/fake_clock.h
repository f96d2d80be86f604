#ifndef CONTROLPLANE_BASE_FAKE_CLOCK_H_
#define CONTROLPLANE_BASE_FAKE_CLOCK_H_

#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"

namespace bellwether {

// A clock that only the test or simulation moves. Thread-safe.
class FakeClock final : public Clock {
 public:
  FakeClock() = default;

  absl::Time WallNow() const override {
    MutexLock lock(mutex_);
    return wall_;
  }
  MonotonicTime MonotonicNow() const override {
    MutexLock lock(mutex_);
    return monotonic_;
  }

  // Advances both clocks.
  void Advance(absl::Duration by) {
    MutexLock lock(mutex_);
    wall_ += by;
    monotonic_ = monotonic_ + by;
  }
  // Sets only the wall clock, as an administrator or NTP would.
  void SetWall(absl::Time wall) {
    MutexLock lock(mutex_);
    wall_ = wall;
  }

 private:
  mutable Mutex mutex_;
  absl::Time wall_ ABSL_GUARDED_BY(mutex_) = absl::FromUnixSeconds(1'700'000'000);
  MonotonicTime monotonic_ ABSL_GUARDED_BY(mutex_) = MonotonicTime::SinceOrigin(absl::Hours(1));
};

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_FAKE_CLOCK_H_

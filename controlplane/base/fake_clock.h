#ifndef CONTROLPLANE_BASE_FAKE_CLOCK_H_
#define CONTROLPLANE_BASE_FAKE_CLOCK_H_

#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"

namespace bellwether {

// A clock that moves only when told to; for tests and simulations. Thread-safe.
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

  // Lets time pass on both clocks.
  void Advance(absl::Duration by) {
    MutexLock lock(mutex_);
    wall_ += by;
    monotonic_ = monotonic_ + by;
  }
  // Sets the wall clock alone, as an administrator or NTP would.
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

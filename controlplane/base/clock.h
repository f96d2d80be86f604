#ifndef CONTROLPLANE_BASE_CLOCK_H_
#define CONTROLPLANE_BASE_CLOCK_H_

#include "absl/time/time.h"

namespace bellwether {

// A point in time of a monotonic clock, unaffected by changes of the wall clock. Its origin has no
// meaning: only differences within one process do.
class MonotonicTime {
 public:
  // The earliest point in time: before every reading of a clock.
  MonotonicTime() = default;
  static MonotonicTime InfiniteFuture() { return MonotonicTime(absl::InfiniteDuration()); }
  static MonotonicTime SinceOrigin(absl::Duration since_origin) {
    return MonotonicTime(since_origin);
  }

  absl::Duration since_origin() const { return since_origin_; }

  friend MonotonicTime operator+(MonotonicTime t, absl::Duration d) {
    return MonotonicTime(t.since_origin_ + d);
  }
  friend MonotonicTime operator-(MonotonicTime t, absl::Duration d) {
    return MonotonicTime(t.since_origin_ - d);
  }
  friend absl::Duration operator-(MonotonicTime a, MonotonicTime b) {
    return a.since_origin_ - b.since_origin_;
  }
  friend bool operator==(MonotonicTime a, MonotonicTime b) {
    return a.since_origin_ == b.since_origin_;
  }
  friend bool operator<(MonotonicTime a, MonotonicTime b) {
    return a.since_origin_ < b.since_origin_;
  }
  friend bool operator<=(MonotonicTime a, MonotonicTime b) { return !(b < a); }
  friend bool operator>(MonotonicTime a, MonotonicTime b) { return b < a; }
  friend bool operator>=(MonotonicTime a, MonotonicTime b) { return !(a < b); }

 private:
  explicit MonotonicTime(absl::Duration since_origin) : since_origin_(since_origin) {}

  absl::Duration since_origin_ = -absl::InfiniteDuration();
};

// Source of the current time. Leases, intervals and ages use MonotonicNow; WallNow is for people
// and for stored times. Implementations are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  virtual absl::Time WallNow() const = 0;
  virtual MonotonicTime MonotonicNow() const = 0;
};

// The machine's clocks. The monotonic clock continues while the process is stopped. Thread-safe.
class SystemClock final : public Clock {
 public:
  absl::Time WallNow() const override;
  MonotonicTime MonotonicNow() const override;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_CLOCK_H_

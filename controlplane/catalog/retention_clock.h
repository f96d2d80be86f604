#ifndef CONTROLPLANE_CATALOG_RETENTION_CLOCK_H_
#define CONTROLPLANE_CATALOG_RETENTION_CLOCK_H_

#include "absl/time/time.h"
#include "controlplane/base/clock.h"

namespace bellwether {

// Says when what is kept for a time may be removed for good. Times that are stored are of the wall
// clock, which may jump, or be wrong until a machine that has just started is synchronised; so
// nothing is due before it is due by the monotonic clock of this run as well. A wrong wall clock
// thus keeps things longer and never shorter. Thread-safe.
class RetentionClock {
 public:
  // The run begins now. `clock` must outlive it.
  explicit RetentionClock(const Clock& clock);

  // Whether what was stored at `since` to be kept until `until` may be removed: not before the wall
  // clock has passed `until`, not before it would have if it had run evenly since the start, and
  // for what is older than this run not in its first hour.
  bool IsDue(absl::Time since, absl::Time until) const;

  // Until when what is stored now is kept for `retention`: no earlier than by either clock.
  absl::Time KeepUntil(absl::Duration retention) const;

 private:
  absl::Duration Elapsed() const { return clock_.MonotonicNow() - start_; }

  const Clock& clock_;
  const absl::Time wall_at_start_;
  const MonotonicTime start_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_RETENTION_CLOCK_H_

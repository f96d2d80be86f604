#ifndef CONTROLPLANE_CATALOG_RETENTION_CLOCK_H_
#define CONTROLPLANE_CATALOG_RETENTION_CLOCK_H_

#include "absl/time/time.h"
#include "controlplane/base/clock.h"

namespace bellwether {

// Decides when data that is kept for a limited time may be removed for good. Stored times are those
// of the wall clock, which may jump, or be wrong until a machine that has just started is
// synchronized. Therefore nothing is due before it is also due by the monotonic clock of this run.
// A wrong wall clock can keep data longer, but never shorter. Thread-safe.
class RetentionClock {
 public:
  // The run begins now. `clock` must outlive it.
  explicit RetentionClock(const Clock& clock);

  // Whether data that was stored at `since`, to be kept until `until`, may be removed: only when
  // the wall clock has passed `until`, when it would have passed `until` had it run evenly since
  // the start, and, for data older than this run, not in the run's first hour.
  bool IsDue(absl::Time since, absl::Time until) const;

  // The time until which data that is stored now is kept for `retention`: the later one by both
  // clocks.
  absl::Time KeepUntil(absl::Duration retention) const;

 private:
  absl::Duration Elapsed() const { return clock_.MonotonicNow() - start_; }

  const Clock& clock_;
  const absl::Time wall_at_start_;
  const MonotonicTime start_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_RETENTION_CLOCK_H_

#ifndef AGENTCLIENT_DRAIN_PROGRESS_H_
#define AGENTCLIENT_DRAIN_PROGRESS_H_

#include <atomic>
#include <cstdint>

#include "absl/time/time.h"
#include "controlplane/base/clock.h"

namespace bellwether {

// Decides when a leaving agent has finished serving its clients, so that it may deregister and
// close: when no Produce or Fetch has come for kQuiet, or at the latest when the drain period is
// over. Idle connections do not count: clients keep them open for minutes. Thread-safe, without a
// lock.
class DrainProgress {
 public:
  static constexpr absl::Duration kQuiet = absl::Seconds(5);

  // `clock` must outlive it. A negative drain period counts as 0.
  DrainProgress(const Clock& clock, absl::Duration drain_period);

  // Starts the drain. Later calls have no effect.
  void Begin();
  // Records that a Produce or Fetch has come, refused or served. Costs one atomic load before the
  // drain begins, and a clock reading from then on.
  void RecordRequest();

  // The earliest time at which the drain can be over. It is over then unless another request
  // comes, so a waiting thread checks again at that time. The infinite future before Begin.
  MonotonicTime EarliestEnd() const;
  // Whether the drain is over at `now`.
  bool IsOver(MonotonicTime now) const { return now >= EarliestEnd(); }

 private:
  static constexpr int64_t kNotBegun = -1;

  const Clock& clock_;
  const absl::Duration drain_period_;
  // Nanoseconds since the clock's origin.
  std::atomic<int64_t> begun_{kNotBegun};
  std::atomic<int64_t> last_request_{0};
};

}  // namespace bellwether

#endif  // AGENTCLIENT_DRAIN_PROGRESS_H_

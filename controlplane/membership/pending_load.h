#ifndef CONTROLPLANE_MEMBERSHIP_PENDING_LOAD_H_
#define CONTROLPLANE_MEMBERSHIP_PENDING_LOAD_H_

#include <atomic>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"

namespace bellwether {

// The best estimate of one agent's current load: its last report, plus the load that answers sent
// to it (or away from it) since and that the report cannot show yet. Balancing by reports alone
// sends every client to the agent that looked idle a moment ago (Mitzenmacher, "How useful is old
// information?", 2000).
//
// Thread-safe; the reads are atomic loads and take no lock.
class PendingLoad {
 public:
  // A report is valid for `report_lifetime`.
  explicit PendingLoad(absl::Duration report_lifetime = absl::InfiniteDuration())
      : report_lifetime_(report_lifetime) {}

  // Records a report: `load` is the agent's utilisation times its weight, a mean over `window`
  // before `at`. Entries that the report must already show are dropped; entries that it shows in
  // part count in part. A report older than the last is ignored.
  void RecordReport(double load, int64_t connections, int64_t in_flight_requests, MonotonicTime at,
                    absl::Duration window);

  // Records a report that cannot be believed: until the next one the agent's load is unknown, and
  // the entries that the report would show are dropped, so that they do not count for ever.
  void DropReport(MonotonicTime at, absl::Duration window);

  // Records that an answer at `now` sends load here (delta > 0) or away (delta < 0), in the unit of
  // `load`. The client follows half a second later; only reports from then on can show it.
  void RecordAnswer(double delta, MonotonicTime now);

  // Whether a valid report exists: false before the first report and after its lifetime.
  bool HasReport(MonotonicTime now) const;
  double reported_load() const { return reported_load_.load(std::memory_order_relaxed); }
  // Sum of the deltas that the last report does not show. Negative if more was sent away than here.
  double pending() const { return pending_.load(std::memory_order_relaxed); }
  int64_t connections() const { return connections_.load(std::memory_order_relaxed); }
  int64_t in_flight_requests() const { return in_flight_requests_.load(std::memory_order_relaxed); }

  // Records that clients can be sent to this agent from now on; later calls have no effect.
  void MakeNameable(MonotonicTime now);
  // When MakeNameable was first called; `now` if it has not been called yet.
  MonotonicTime NameableSince(MonotonicTime now) const;

 private:
  // Drops the entries that a report at `at` shows, and counts the rest in part. False if a later
  // report arrived before.
  bool Settle(MonotonicTime at, absl::Duration window) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  struct Entry {
    MonotonicTime time;
    double delta = 0;
  };

  static constexpr int64_t kNever = std::numeric_limits<int64_t>::min();

  const absl::Duration report_lifetime_;
  // Times are nanoseconds since the clock's origin.
  std::atomic<int64_t> report_valid_until_ = kNever;
  std::atomic<int64_t> nameable_since_ = kNever;
  std::atomic<double> reported_load_ = 0;
  std::atomic<double> pending_ = 0;
  std::atomic<int64_t> connections_ = 0;
  std::atomic<int64_t> in_flight_requests_ = 0;
  Mutex mutex_;
  MonotonicTime last_report_ ABSL_GUARDED_BY(mutex_);
  // The entries that the last report does not show in full, by time.
  std::vector<Entry> entries_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_PENDING_LOAD_H_

#ifndef TESTS_BENCHMARK_LOAD_H_
#define TESTS_BENCHMARK_LOAD_H_

#include <grpcpp/support/status.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace bellwether {

// How often each latency was seen, to within 5 %. A value.
class LatencyHistogram {
 public:
  void Record(absl::Duration latency);
  void Merge(const LatencyHistogram& other);
  // The latency that such a share of all was below; 0 if there was none.
  absl::Duration Quantile(double share) const;

 private:
  // Each is wider than the last by a sixteenth of a doubling, from 1 us to more than an hour.
  std::array<int64_t, 512> counts_ = {};
};

class LoadRun;

// One call after the other: the next is sent as soon as the last is answered. At most one is under
// way, so implementations need no lock.
class LoadSlot {
 public:
  virtual ~LoadSlot() = default;

 protected:
  // Sends one call and sees to it that Done is called once it has ended, on any thread.
  virtual void Send() = 0;
  // Ends what Send has left open, and sees to it that Closed is called then.
  virtual void Close() { Closed(); }

  // Sends the next, or closes if the run is over. The last thing that a call does: afterwards it
  // may not be touched.
  void Done(const grpc::Status& status);
  void Closed();

 private:
  friend class LoadRun;

  void SendNext();

  LoadRun* run_ = nullptr;
  absl::Time sent_at_;
  std::atomic<int64_t> operations_{0};
  std::atomic<int64_t> errors_{0};
  LatencyHistogram latencies_;
};

using LoadSlots = std::vector<std::unique_ptr<LoadSlot>>;

// What a run showed. A value.
struct LoadResult {
  int64_t operations = 0;
  int64_t errors = 0;
  // Of the first error, for people; empty if there was none.
  std::string error;
  double operations_per_second = 0;
  absl::Duration p50;
  absl::Duration p99;
  // What the server used for each; 0 without a server.
  double server_cpu_us = 0;
  int64_t server_resident_bytes = 0;
};

// Keeps all slots busy for a while.
class LoadRun {
 public:
  // Runs for `warm_up`, which does not count, and `duration`; returns when every slot has closed.
  // `server` is the process whose CPU time is measured, or 0.
  static LoadResult Run(const LoadSlots& slots, absl::Duration warm_up, absl::Duration duration,
                        pid_t server);
  // Runs until `count` calls have ended, of which some may have failed, and returns the same.
  static LoadResult RunCount(const LoadSlots& slots, int64_t count);

 private:
  friend class LoadSlot;

  explicit LoadRun(const LoadSlots& slots);

  void Start();
  void AwaitEnd();
  bool TakeTurn();
  void RecordError(const grpc::Status& status);
  void RecordClosed();
  int64_t Operations() const;

  const LoadSlots& slots_;
  std::atomic<bool> is_over_{false};
  std::atomic<bool> counts_{true};
  // How many more may be sent.
  std::atomic<int64_t> turns_;
  absl::Mutex mutex_;
  size_t open_ ABSL_GUARDED_BY(mutex_);
  std::string error_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether

#endif  // TESTS_BENCHMARK_LOAD_H_

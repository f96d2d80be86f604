#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_REFUSAL_LOG_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_REFUSAL_LOG_H_

#include <cstddef>
#include <cstdint>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"

namespace bellwether::kafka {

// Logs what clients ask for and this agent does not have: one line for each client and kind of
// request a day, however often it tries, and a limited number of lines in all. Thread-safe.
class RefusalLog {
 public:
  static constexpr absl::Duration kPeriod = absl::Hours(24);
  // Further clients get one line together.
  static constexpr size_t kMaxLines = 1'000;

  // `clock` must outlive it.
  explicit RefusalLog(const Clock* clock) : clock_(clock), begin_(clock->MonotonicNow()) {}

  // `what` is what is refused, such as "consumer groups". Whether it was logged.
  bool Log(absl::string_view client_address, absl::string_view client_id, absl::string_view what);

 private:
  const Clock* const clock_;
  Mutex mutex_;
  // Of the current period.
  MonotonicTime begin_ ABSL_GUARDED_BY(mutex_);
  // Hashes of what has been logged within it.
  absl::flat_hash_set<uint64_t> logged_ ABSL_GUARDED_BY(mutex_);
  bool full_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_REFUSAL_LOG_H_

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

// Logs requests that this agent does not support: one line a day for each client and kind of
// request, however often the client tries, and a limited number of lines in all. Thread-safe.
class RefusalLog {
 public:
  static constexpr absl::Duration kPeriod = absl::Hours(24);
  // Clients beyond this limit get one common line.
  static constexpr size_t kMaxLines = 1'000;

  // `clock` must outlive it.
  explicit RefusalLog(const Clock* clock) : clock_(clock), begin_(clock->MonotonicNow()) {}

  // `what` is the refused feature, such as "consumer groups". Returns whether it was logged.
  bool Log(absl::string_view client_address, absl::string_view client_id, absl::string_view what);

 private:
  const Clock* const clock_;
  Mutex mutex_;
  // Begin of the current period.
  MonotonicTime begin_ ABSL_GUARDED_BY(mutex_);
  // Hashes of the lines logged within the period.
  absl::flat_hash_set<uint64_t> logged_ ABSL_GUARDED_BY(mutex_);
  bool full_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_REFUSAL_LOG_H_

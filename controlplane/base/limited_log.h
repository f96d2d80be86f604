#ifndef CONTROLPLANE_BASE_LIMITED_LOG_H_
#define CONTROLPLANE_BASE_LIMITED_LOG_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/line_limiter.h"
#include "controlplane/base/log.h"
#include "controlplane/base/mutex.h"

namespace bellwether {

// Logs a complete line. Thread-safe.
void WriteLine(const LogLine& line);

// A log for lines that untrusted peers cause: like Log, but limited by key (LineLimiter).
// Thread-safe.
class LimitedLog {
 public:
  // `clock` must outlive it.
  explicit LimitedLog(const Clock& clock, const LineLimiter::Options& options = {})
      : clock_(clock), limiter_(options) {}
  // Writes the remaining lines.
  ~LimitedLog() { WriteRest(); }
  LimitedLog(const LimitedLog&) = delete;
  LimitedLog& operator=(const LimitedLog&) = delete;

  // Writes or counts the line. `key` says which lines are limited together; it must not contain
  // anything that a peer can choose freely, such as ports and names.
  void Write(absl::string_view key, LogLevel level, absl::string_view event,
             const std::vector<LogField>& fields);

  // Writes the due lines with counts. Call it about once a second.
  void WriteDue();
  // Writes all lines with counts at once, at the end of the process.
  void WriteRest();

 private:
  const Clock& clock_;
  Mutex mutex_;
  LineLimiter limiter_ ABSL_GUARDED_BY(mutex_);
};

// The process-wide log on the machine's clock, for lines of libraries. Their threads may log until
// the process ends, so it is never destroyed. Thread-safe.
LimitedLog& ProcessLimitedLog();

// The host of a gRPC peer such as "ipv4:10.0.0.7:51234", without the port; all of `peer` if it has
// no port.
std::string HostOfPeer(absl::string_view peer);

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_LIMITED_LOG_H_

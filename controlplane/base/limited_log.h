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

// Log for a line that is made already. Thread-safe.
void WriteLine(const LogLine& line);

// The log for lines that a stranger causes: as Log, but limited by key (LineLimiter). Thread-safe.
class LimitedLog {
 public:
  // `clock` must outlive it.
  explicit LimitedLog(const Clock& clock, const LineLimiter::Options& options = {})
      : clock_(clock), limiter_(options) {}
  // Writes what is left.
  ~LimitedLog() { WriteRest(); }
  LimitedLog(const LimitedLog&) = delete;
  LimitedLog& operator=(const LimitedLog&) = delete;

  // Writes the line, or counts it. `key` says which lines count as one: what a stranger may choose
  // freely, such as ports and names, does not belong into it.
  void Write(absl::string_view key, LogLevel level, absl::string_view event,
             const std::vector<LogField>& fields);

  // Writes the lines with counts that are due. For a periodic task, about once a second.
  void WriteDue();
  // Writes all lines with counts at once, for the end of the process.
  void WriteRest();

 private:
  const Clock& clock_;
  Mutex mutex_;
  LineLimiter limiter_ ABSL_GUARDED_BY(mutex_);
};

// The one of the process, on the machine's clock, for lines of libraries: they may come from
// threads of these until the process ends, so it is never destroyed. Thread-safe.
LimitedLog& ProcessLimitedLog();

// The host of a gRPC peer such as "ipv4:10.0.0.7:51234", without the port; all of `peer` if it has
// none.
std::string HostOfPeer(absl::string_view peer);

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_LIMITED_LOG_H_

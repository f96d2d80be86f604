#include "controlplane/base/limited_log.h"

#include <optional>
#include <utility>

#include "absl/strings/match.h"

namespace bellwether {

void WriteLine(const LogLine& line) { Log(line.level, line.event, line.fields); }

void LimitedLog::Write(absl::string_view key, LogLevel level, absl::string_view event,
                       const std::vector<LogField>& fields) {
  LogLine line = {level, std::string(event), fields};
  const MonotonicTime now = clock_.MonotonicNow();
  std::optional<LogLine> written;
  {
    MutexLock lock(mutex_);
    written = limiter_.Add(key, std::move(line), now);
  }
  if (written.has_value()) WriteLine(*written);
}

void LimitedLog::WriteDue() {
  const MonotonicTime now = clock_.MonotonicNow();
  std::vector<LogLine> due;
  {
    MutexLock lock(mutex_);
    due = limiter_.Due(now);
  }
  for (const LogLine& line : due) WriteLine(line);
}

void LimitedLog::WriteRest() {
  std::vector<LogLine> rest;
  {
    MutexLock lock(mutex_);
    rest = limiter_.Rest();
  }
  for (const LogLine& line : rest) WriteLine(line);
}

LimitedLog& ProcessLimitedLog() {
  static const SystemClock& clock = *new SystemClock;
  static LimitedLog& log = *new LimitedLog(clock);
  return log;
}

std::string HostOfPeer(absl::string_view peer) {
  const bool has_port = absl::StartsWith(peer, "ipv4:") || absl::StartsWith(peer, "ipv6:");
  return std::string(has_port ? peer.substr(0, peer.rfind(':')) : peer);
}

}  // namespace bellwether

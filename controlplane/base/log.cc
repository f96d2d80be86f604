#include "controlplane/base/log.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace bellwether {
namespace {

std::atomic<LogLevel> lowest_level = LogLevel::kInfo;

absl::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "unknown";
}

bool NeedsQuotes(absl::string_view value) {
  return value.empty() || std::any_of(value.begin(), value.end(), [](unsigned char c) {
           return c <= ' ' || c == '"' || c == '=' || c == '\\' || c >= 0x7f;
         });
}

std::string Quoted(absl::string_view value) {
  if (!NeedsQuotes(value)) return std::string(value);
  return absl::StrCat("\"", absl::Utf8SafeCEscape(value), "\"");
}

}  // namespace

std::string FormatLogLine(LogLevel level, absl::string_view event,
                          const std::vector<LogField>& fields) {
  std::string line = absl::StrCat("level=", LevelName(level), " event=", Quoted(event));
  for (const LogField& field : fields) {
    absl::StrAppend(&line, " ", field.name, "=", Quoted(field.value));
  }
  return line;
}

void Log(LogLevel level, absl::string_view event, const std::vector<LogField>& fields) {
  if (level < lowest_level.load(std::memory_order_relaxed)) return;
  const std::string line = absl::StrCat(
      "time=", absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::Now(), absl::UTCTimeZone()), " ",
      FormatLogLine(level, event, fields), "\n");
  // One write, so that lines of several threads do not mix. A log that cannot be written is nothing
  // that could be reported anywhere else.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

void SetLogLevel(LogLevel level) { lowest_level.store(level, std::memory_order_relaxed); }

}  // namespace bellwether

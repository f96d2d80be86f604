#include "controlplane/base/log.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "controlplane/base/valid_utf8.h"

namespace bellwether {
namespace {

std::atomic<LogLevel> lowest_level = LogLevel::kInfo;
std::atomic<LogFormat> line_format = LogFormat::kText;

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

// As RFC 8259 has it.
std::string JsonString(absl::string_view value) {
  std::string text = "\"";
  for (const char c : ValidUtf8(value)) {
    if (c == '"' || c == '\\') {
      text += {'\\', c};
    } else if (static_cast<unsigned char>(c) < ' ') {
      absl::StrAppend(&text, "\\u", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad4));
    } else {
      text += c;
    }
  }
  text += '"';
  return text;
}

}  // namespace

std::optional<LogLevel> FindLogLevel(absl::string_view name) {
  for (const LogLevel level :
       {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning, LogLevel::kError}) {
    if (LevelName(level) == name) return level;
  }
  return std::nullopt;
}

std::optional<LogFormat> FindLogFormat(absl::string_view name) {
  if (name == "text") return LogFormat::kText;
  if (name == "json") return LogFormat::kJson;
  return std::nullopt;
}

std::string FormatLogLine(LogFormat format, absl::Time time, LogLevel level,
                          absl::string_view event, const std::vector<LogField>& fields) {
  const std::string when = absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone());
  std::string line;
  switch (format) {
    case LogFormat::kText:
      line = absl::StrCat("time=", when, " level=", LevelName(level), " event=", Quoted(event));
      for (const LogField& field : fields) {
        absl::StrAppend(&line, " ", field.name, "=", Quoted(field.value));
      }
      break;
    case LogFormat::kJson:
      line = absl::StrCat("{\"time\":\"", when, "\",\"level\":\"", LevelName(level),
                          "\",\"event\":", JsonString(event));
      for (const LogField& field : fields) {
        absl::StrAppend(&line, ",", JsonString(field.name), ":", JsonString(field.value));
      }
      line += '}';
      break;
  }
  return line;
}

void Log(LogLevel level, absl::string_view event, const std::vector<LogField>& fields) {
  if (level < lowest_level.load(std::memory_order_relaxed)) return;
  std::string line =
      FormatLogLine(line_format.load(std::memory_order_relaxed), absl::Now(), level, event, fields);
  line += '\n';
  // One write, so that lines of several threads do not mix. A log that cannot be written is nothing
  // that could be reported anywhere else.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

void SetLogLevel(LogLevel level) { lowest_level.store(level, std::memory_order_relaxed); }

void SetLogFormat(LogFormat format) { line_format.store(format, std::memory_order_relaxed); }

}  // namespace bellwether

#ifndef CONTROLPLANE_BASE_LOG_H_
#define CONTROLPLANE_BASE_LOG_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bellwether {

enum class LogLevel { kDebug, kInfo, kWarning, kError };
// The level of that exact name ("debug", "info", "warning", "error"), or nullopt. Pure.
std::optional<LogLevel> FindLogLevel(absl::string_view name);

// The format of log lines.
enum class LogFormat {
  // key=value, with values quoted and escaped where necessary.
  kText,
  // One JSON object, whose values are all strings.
  kJson,
};
// The format of that exact name ("text", "json"), or nullopt. Pure.
std::optional<LogFormat> FindLogFormat(absl::string_view name);

// One named value of a log line, of any type that absl::StrCat takes.
struct LogField {
  template <typename T>
  LogField(absl::string_view field_name, const T& field_value)
      : name(field_name), value(absl::StrCat(field_value)) {}

  std::string name;
  std::string value;
};

// Writes one line to standard error: time, level, event and fields, escaped so that a client cannot
// forge a line. `event` is a short fixed phrase ("agent registered"); variable parts go into the
// fields. Thread-safe; lines do not mix.
void Log(LogLevel level, absl::string_view event, const std::vector<LogField>& fields = {});

// Drops lines below `level`. The default is kInfo. Thread-safe.
void SetLogLevel(LogLevel level);
// The default is kText. Thread-safe.
void SetLogFormat(LogFormat format);

// The line that Log writes, without a newline. Pure.
std::string FormatLogLine(LogFormat format, absl::Time time, LogLevel level,
                          absl::string_view event, const std::vector<LogField>& fields);

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_LOG_H_

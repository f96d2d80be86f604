#ifndef CONTROLPLANE_BASE_LINE_LIMITER_H_
#define CONTROLPLANE_BASE_LINE_LIMITER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/log.h"

namespace bellwether {

// One log line before it is written: the arguments of Log.
struct LogLine {
  LogLevel level = LogLevel::kInfo;
  std::string event;
  std::vector<LogField> fields;
};

// Decides which log lines are written where an untrusted peer can cause any number of them. The
// first line of a key is written at once. Later lines of that key are left out until the interval
// has passed; then the latest of them is written, and its field `left_out` counts the others. Every
// line is therefore either written or counted. Not thread-safe.
class LineLimiter {
 public:
  struct Options {
    absl::Duration interval = absl::Minutes(1);
    // Lines of keys beyond this limit are only counted, all together, until a key has been silent
    // for an interval.
    size_t max_keys = 128;
  };

  LineLimiter() = default;
  explicit LineLimiter(const Options& options) : options_(options) {}

  // The line to write now; nullopt if `line` is left out.
  std::optional<LogLine> Add(absl::string_view key, LogLine line, MonotonicTime now);

  // The lines whose interval has passed at `now`. Call it about once a second.
  std::vector<LogLine> Due(MonotonicTime now);

  // All lines that have been left out but not yet counted, due or not, at the end of the process.
  std::vector<LogLine> Rest();

 private:
  struct Key {
    // When the next line may be written.
    MonotonicTime next;
    // The number of lines left out since the last one that was written, and the latest of them.
    int64_t left_out = 0;
    LogLine latest;
  };

  Options options_;
  absl::flat_hash_map<std::string, Key> keys_;
  // The number of lines left out for keys beyond the limit, and when to write it.
  int64_t others_ = 0;
  MonotonicTime others_due_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_LINE_LIMITER_H_

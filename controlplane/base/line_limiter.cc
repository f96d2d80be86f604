#include "controlplane/base/line_limiter.h"

#include <utility>

namespace bellwether {
namespace {

// `line`, which stands for `left_out` lines before it too.
LogLine Counting(LogLine line, int64_t left_out) {
  if (left_out > 0) line.fields.emplace_back("left_out", left_out);
  return line;
}

LogLine OthersLine(int64_t left_out) {
  return {LogLevel::kWarning,
          "log lines left out",
          {{"left_out", left_out}, {"reason", "too many different lines"}}};
}

}  // namespace

std::optional<LogLine> LineLimiter::Add(absl::string_view key, LogLine line, MonotonicTime now) {
  auto found = keys_.find(key);
  if (found == keys_.end()) {
    if (keys_.size() >= options_.max_keys) {
      if (others_++ == 0) others_due_ = now + options_.interval;
      return std::nullopt;
    }
    keys_.emplace(key, Key{now + options_.interval, 0, {}});
    return line;
  }
  Key& known = found->second;
  if (now < known.next) {
    ++known.left_out;
    known.latest = std::move(line);
    return std::nullopt;
  }
  known.next = now + options_.interval;
  return Counting(std::move(line), std::exchange(known.left_out, 0));
}

std::vector<LogLine> LineLimiter::Due(MonotonicTime now) {
  std::vector<LogLine> due;
  for (auto it = keys_.begin(); it != keys_.end();) {
    Key& key = it->second;
    if (now < key.next) {
      ++it;
    } else if (key.left_out == 0) {
      keys_.erase(it++);
    } else {
      due.push_back(Counting(std::move(key.latest), std::exchange(key.left_out, 0) - 1));
      key.next = now + options_.interval;
      ++it;
    }
  }
  if (others_ > 0 && now >= others_due_) due.push_back(OthersLine(std::exchange(others_, 0)));
  return due;
}

std::vector<LogLine> LineLimiter::Rest() {
  std::vector<LogLine> rest;
  for (auto& [name, key] : keys_) {
    if (key.left_out > 0) rest.push_back(Counting(std::move(key.latest), key.left_out - 1));
  }
  keys_.clear();
  if (others_ > 0) rest.push_back(OthersLine(std::exchange(others_, 0)));
  return rest;
}

}  // namespace bellwether

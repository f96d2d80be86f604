#include "controlplane/membership/pending_load.h"

#include <algorithm>
#include <cstddef>

namespace bellwether {
namespace {

// From an answer until the client has moved its connections.
constexpr absl::Duration kSettle = absl::Milliseconds(500);
// Answers this close together share an entry, so that many answers cost bounded memory. Small
// compared with kSettle and any window.
constexpr absl::Duration kGranularity = absl::Milliseconds(100);
// Bounds the memory of an agent that does not report for long.
constexpr size_t kMaxEntries = 512;

// The share of load sent at `sent` that a mean over `window` before `at` shows.
double IncludedShare(MonotonicTime sent, MonotonicTime at, absl::Duration window) {
  const absl::Duration shown = at - (sent + kSettle);
  if (shown <= absl::ZeroDuration()) return 0;
  if (shown >= window) return 1;
  return absl::FDivDuration(shown, window);
}

int64_t Nanoseconds(MonotonicTime time) { return absl::ToInt64Nanoseconds(time.since_origin()); }

}  // namespace

bool PendingLoad::Settle(MonotonicTime at, absl::Duration window) {
  if (at < last_report_) return false;
  last_report_ = at;
  // Entries are sorted by time, except for threads that raced by far less than kSettle.
  const auto first_kept = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return IncludedShare(entry.time, at, window) < 1;
  });
  entries_.erase(entries_.begin(), first_kept);
  double pending = 0;
  for (const Entry& entry : entries_) {
    pending += entry.delta * (1 - IncludedShare(entry.time, at, window));
  }
  pending_.store(pending, std::memory_order_relaxed);
  return true;
}

void PendingLoad::RecordReport(double load, int64_t connections, int64_t in_flight_requests,
                               MonotonicTime at, absl::Duration window) {
  MutexLock lock(mutex_);
  if (!Settle(at, window)) return;
  reported_load_.store(load, std::memory_order_relaxed);
  connections_.store(connections, std::memory_order_relaxed);
  in_flight_requests_.store(in_flight_requests, std::memory_order_relaxed);
  report_valid_until_.store(Nanoseconds(at + report_lifetime_), std::memory_order_release);
}

void PendingLoad::DropReport(MonotonicTime at, absl::Duration window) {
  MutexLock lock(mutex_);
  if (Settle(at, window)) report_valid_until_.store(kNever, std::memory_order_release);
}

bool PendingLoad::HasReport(MonotonicTime now) const {
  return Nanoseconds(now) < report_valid_until_.load(std::memory_order_acquire);
}

void PendingLoad::MakeNameable(MonotonicTime now) {
  int64_t never = kNever;
  nameable_since_.compare_exchange_strong(never, Nanoseconds(now), std::memory_order_relaxed);
}

MonotonicTime PendingLoad::NameableSince(MonotonicTime now) const {
  const int64_t first = nameable_since_.load(std::memory_order_relaxed);
  return first == kNever ? now : MonotonicTime::SinceOrigin(absl::Nanoseconds(first));
}

void PendingLoad::RecordAnswer(double delta, MonotonicTime now) {
  MutexLock lock(mutex_);
  pending_.store(pending() + delta, std::memory_order_relaxed);
  if (!entries_.empty() && now - entries_.back().time < kGranularity) {
    entries_.back().delta += delta;
    return;
  }
  if (entries_.size() == kMaxEntries) {
    // Counted at the later of the two times: it may count for too long, but not too briefly.
    entries_[1].delta += entries_[0].delta;
    entries_.erase(entries_.begin());
  }
  entries_.push_back({now, delta});
}

}  // namespace bellwether

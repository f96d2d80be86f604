#include "agentclient/reference_agent/kafka/memory_budget.h"

#include <algorithm>
#include <utility>

namespace bellwether::kafka {
namespace {

void Run(const std::vector<std::function<void()>>& actions) {
  for (const std::function<void()>& action : actions) action();
}

}  // namespace

uint64_t MemoryBudget::Open(Callbacks callbacks) {
  MutexLock lock(mutex_);
  connections_[++last_number_].callbacks = std::move(callbacks);
  return last_number_;
}

void MemoryBudget::Close(uint64_t number) {
  Actions actions;
  {
    MutexLock lock(mutex_);
    const auto found = connections_.find(number);
    held_ -= found->second.held;
    if (found->second.cut_off) leaving_ -= found->second.held;
    connections_.erase(found);
    waiting_.remove(number);
    Settle(clock_->MonotonicNow(), actions);
  }
  Run(actions);
}

MemoryBudget::Grant MemoryBudget::Reserve(uint64_t number, int64_t bytes) {
  if (bytes > most_bytes()) return Grant::kNever;
  Actions actions;
  Grant grant = Grant::kGranted;
  {
    MutexLock lock(mutex_);
    const MonotonicTime now = clock_->MonotonicNow();
    Connection& connection = connections_[number];
    const bool others_first = bytes > kSmallBytes && !waiting_.empty();
    if (bytes <= connection.held || (!others_first && Fits(connection, bytes))) {
      SetHeld(connection, bytes, now);
    } else {
      grant = Grant::kWaiting;
      connection.wanted = bytes;
      if (connection.held == 0) connection.last_progress = now;
      if (!connection.cut_off) waiting_.push_back(number);
    }
    Settle(now, actions);
  }
  Run(actions);
  return grant;
}

void MemoryBudget::Record(uint64_t number, int64_t bytes) {
  Actions actions;
  {
    MutexLock lock(mutex_);
    const MonotonicTime now = clock_->MonotonicNow();
    SetHeld(connections_[number], bytes, now);
    Settle(now, actions);
  }
  Run(actions);
}

void MemoryBudget::RecordProgress(uint64_t number) {
  MutexLock lock(mutex_);
  connections_[number].last_progress = clock_->MonotonicNow();
}

void MemoryBudget::SetInWork(uint64_t number, bool in_work) {
  MutexLock lock(mutex_);
  connections_[number].in_work = in_work;
}

void MemoryBudget::CutOffStalled() {
  Actions actions;
  {
    MutexLock lock(mutex_);
    Settle(clock_->MonotonicNow(), actions);
  }
  Run(actions);
}

int64_t MemoryBudget::held() const {
  MutexLock lock(mutex_);
  return held_;
}

int64_t MemoryBudget::waiting() const {
  MutexLock lock(mutex_);
  return static_cast<int64_t>(waiting_.size());
}

int64_t MemoryBudget::cut_offs() const {
  MutexLock lock(mutex_);
  return cut_offs_;
}

void MemoryBudget::SetHeld(Connection& connection, int64_t bytes, MonotonicTime now) {
  if (connection.held == 0) connection.last_progress = now;
  held_ += bytes - connection.held;
  if (connection.cut_off) leaving_ += bytes - connection.held;
  connection.held = bytes;
}

bool MemoryBudget::Fits(const Connection& connection, int64_t bytes) const {
  return held_ - connection.held + bytes <= LimitFor(bytes);
}

void MemoryBudget::Settle(MonotonicTime now, Actions& actions) {
  // What remains in the line: the first large request, and the first small one.
  std::optional<uint64_t> first[2];
  Serve(now, actions, first);
  MakeRoom(held_ - leaving_ - options_.bytes, now, actions);
  for (const std::optional<uint64_t>& number : first) {
    if (!number.has_value()) continue;
    const Connection& connection = connections_[*number];
    if (connection.cut_off) continue;
    MakeRoom(held_ - leaving_ - connection.held + connection.wanted - LimitFor(connection.wanted),
             now, actions);
  }
}

void MemoryBudget::Serve(MonotonicTime now, Actions& actions, std::optional<uint64_t> (&first)[2]) {
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    Connection& connection = connections_[*it];
    std::optional<uint64_t>& first_of_size = first[connection.wanted > kSmallBytes ? 0 : 1];
    if (first_of_size.has_value() || !Fits(connection, connection.wanted)) {
      if (!first_of_size.has_value()) first_of_size = *it;
      if (first[0].has_value() && first[1].has_value()) return;
      ++it;
      continue;
    }
    SetHeld(connection, connection.wanted, now);
    // The wait was not the peer's fault.
    connection.last_progress = now;
    actions.push_back(connection.callbacks.on_room);
    it = waiting_.erase(it);
  }
}

void MemoryBudget::MakeRoom(int64_t missing, MonotonicTime now, Actions& actions) {
  if (missing <= 0) return;
  std::vector<std::pair<double, uint64_t>> stalled;
  int64_t stalled_bytes = 0;
  for (const auto& [number, connection] : connections_) {
    const absl::Duration idle = now - connection.last_progress;
    if (connection.held == 0 || connection.in_work || connection.cut_off || idle < options_.stall) {
      continue;
    }
    stalled.emplace_back(static_cast<double>(connection.held) * absl::ToDoubleSeconds(idle),
                         number);
    stalled_bytes += connection.held;
  }
  if (stalled_bytes < missing) return;
  std::sort(stalled.rbegin(), stalled.rend());
  for (const auto& [score, number] : stalled) {
    if (missing <= 0) return;
    Connection& victim = connections_[number];
    victim.cut_off = true;
    leaving_ += victim.held;
    missing -= victim.held;
    ++cut_offs_;
    waiting_.remove(number);
    actions.push_back(victim.callbacks.on_cut_off);
  }
}

}  // namespace bellwether::kafka

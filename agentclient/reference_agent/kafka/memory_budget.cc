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
    EndWaiting(found->second);
    connections_.erase(found);
    Serve(clock_->MonotonicNow(), actions);
  }
  Run(actions);
}

MemoryBudget::Grant MemoryBudget::Reserve(uint64_t number, int64_t bytes) {
  if (bytes > most_bytes()) return Grant::kNever;
  Actions actions;
  {
    MutexLock lock(mutex_);
    Connection& connection = connections_[number];
    const MonotonicTime now = clock_->MonotonicNow();
    if (bytes > connection.held) {
      const bool others_first = bytes > kSmallBytes && !large_waiting_.empty();
      if (others_first || !Fits(connection, bytes)) {
        connection.wanted = bytes;
        if (connection.held == 0) connection.last_progress = now;
        if (!connection.cut_off) BeginWaiting(number, connection);
        return Grant::kWaiting;
      }
    }
    SetHeld(connection, bytes, now, actions);
  }
  Run(actions);
  return Grant::kGranted;
}

void MemoryBudget::Record(uint64_t number, int64_t bytes) {
  Actions actions;
  {
    MutexLock lock(mutex_);
    SetHeld(connections_[number], bytes, clock_->MonotonicNow(), actions);
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
    MakeRoom(clock_->MonotonicNow(), actions);
  }
  Run(actions);
}

int64_t MemoryBudget::held() const {
  MutexLock lock(mutex_);
  return held_;
}

int64_t MemoryBudget::waiting() const {
  MutexLock lock(mutex_);
  return static_cast<int64_t>(small_waiting_.size() + large_waiting_.size());
}

int64_t MemoryBudget::cut_offs() const {
  MutexLock lock(mutex_);
  return cut_offs_;
}

void MemoryBudget::SetHeld(Connection& connection, int64_t bytes, MonotonicTime now,
                           Actions& actions) {
  const int64_t more = bytes - connection.held;
  if (connection.held == 0) connection.last_progress = now;
  held_ += more;
  if (connection.cut_off) leaving_ += more;
  connection.held = bytes;
  if (more < 0) Serve(now, actions);
}

bool MemoryBudget::Fits(const Connection& connection, int64_t bytes) const {
  return held_ - connection.held + bytes <= LimitFor(bytes);
}

void MemoryBudget::BeginWaiting(uint64_t number, Connection& connection) {
  std::list<uint64_t>& queue = QueueFor(connection.wanted);
  connection.place = queue.insert(queue.end(), number);
  connection.waits = true;
}

void MemoryBudget::EndWaiting(Connection& connection) {
  if (!connection.waits) return;
  QueueFor(connection.wanted).erase(connection.place);
  connection.waits = false;
}

void MemoryBudget::Serve(MonotonicTime now, Actions& actions) {
  for (std::list<uint64_t>* const queue : {&large_waiting_, &small_waiting_}) {
    while (!queue->empty()) {
      Connection& connection = connections_[queue->front()];
      if (!Fits(connection, connection.wanted)) break;
      EndWaiting(connection);
      held_ += connection.wanted - connection.held;
      connection.held = connection.wanted;
      // The peer did not cause the wait.
      connection.last_progress = now;
      actions.push_back(connection.callbacks.on_room);
    }
  }
}

void MemoryBudget::MakeRoom(MonotonicTime now, Actions& actions) {
  CutOff(held_ - leaving_ - options_.bytes, now, actions);
  for (const std::list<uint64_t>* const queue : {&large_waiting_, &small_waiting_}) {
    if (queue->empty()) continue;
    const Connection& first = connections_[queue->front()];
    CutOff(held_ - leaving_ - first.held + first.wanted - LimitFor(first.wanted), now, actions);
  }
}

void MemoryBudget::CutOff(int64_t missing, MonotonicTime now, Actions& actions) {
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
    EndWaiting(victim);
    actions.push_back(victim.callbacks.on_cut_off);
  }
}

}  // namespace bellwether::kafka

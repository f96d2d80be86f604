#include "controlplane/server/thread_pool.h"

#include <utility>

namespace bellwether {

ThreadPool::ThreadPool(const Clock& clock, QueueObserver& observer, int threads, size_t capacity)
    : clock_(clock), observer_(observer), capacity_(capacity) {
  threads_.reserve(threads);
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Loop(); });
}

ThreadPool::~ThreadPool() { Stop(); }

bool ThreadPool::Submit(std::function<void()> work) {
  const MonotonicTime now = clock_.MonotonicNow();
  // Before another thread may start the work.
  observer_.OnQueued();
  bool has_room = false;
  {
    MutexLock lock(mutex_);
    has_room = !stopping_ && waiting_.size() < capacity_;
    if (has_room) waiting_.push_back({std::move(work), now});
  }
  if (has_room) {
    changed_.NotifyOne();
  } else {
    observer_.OnRefused();
  }
  return has_room;
}

void ThreadPool::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.NotifyAll();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void ThreadPool::Loop() {
  while (true) {
    Work work;
    {
      MutexLock lock(mutex_);
      while (waiting_.empty() && !stopping_) changed_.Wait(mutex_);
      if (waiting_.empty()) return;
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    observer_.OnStarted(clock_.MonotonicNow() - work.queued_at);
    work.run();
  }
}

}  // namespace bellwether

#ifndef CONTROLPLANE_SERVER_THREAD_POOL_H_
#define CONTROLPLANE_SERVER_THREAD_POOL_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "controlplane/base/clock.h"
#include "controlplane/base/executor.h"
#include "controlplane/base/mutex.h"
#include "controlplane/server/queue_observer.h"

namespace bellwether {

// Threads and a bounded queue. Thread-safe.
class ThreadPool final : public Executor {
 public:
  // Refuses work when `capacity` pieces are waiting. `clock` and `observer` must outlive the pool.
  ThreadPool(const Clock& clock, QueueObserver& observer, int threads, size_t capacity);
  // Stops it.
  ~ThreadPool() override;
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  [[nodiscard]] bool Submit(std::function<void()> work) override;

  // Completes waiting work, then ends the threads; refuses further work. May be called again; not
  // from within work.
  void Stop();

 private:
  struct Work {
    std::function<void()> run;
    MonotonicTime queued_at;
  };

  void Loop();

  const Clock& clock_;
  QueueObserver& observer_;
  const size_t capacity_;
  Mutex mutex_;
  CondVar changed_;
  std::deque<Work> waiting_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // Last member: the threads use all others.
  std::vector<std::thread> threads_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_THREAD_POOL_H_

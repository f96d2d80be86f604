#ifndef CONTROLPLANE_BASE_MUTEX_H_
#define CONTROLPLANE_BASE_MUTEX_H_

#include <condition_variable>
#include <mutex>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"

namespace bellwether {

// A std::mutex that clang's thread-safety analysis understands. Unlike absl::Mutex from Debian's
// uninstrumented library, ThreadSanitizer sees it too. Thread-safe.
class ABSL_LOCKABLE Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  // NOLINTBEGIN(readability-identifier-naming): the names that std::unique_lock wants.
  void lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.lock(); }
  void unlock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }
  // NOLINTEND(readability-identifier-naming)

 private:
  std::mutex mutex_;
};

// Holds a mutex for a scope.
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex) : mutex_(mutex) {
    mutex_.lock();
  }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// A condition variable for Mutex. Waits may end early: call them in a loop on the condition.
// Thread-safe.
class CondVar {
 public:
  void Wait(Mutex& mutex) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) { cond_var_.wait(mutex); }
  // Returns after `timeout` of real time at the latest.
  void WaitFor(Mutex& mutex, absl::Duration timeout) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    cond_var_.wait_for(mutex, absl::ToChronoNanoseconds(timeout));
  }
  void NotifyOne() { cond_var_.notify_one(); }
  void NotifyAll() { cond_var_.notify_all(); }

 private:
  std::condition_variable_any cond_var_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_MUTEX_H_

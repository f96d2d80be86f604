#ifndef CONTROLPLANE_BASE_PERIODIC_TASK_H_
#define CONTROLPLANE_BASE_PERIODIC_TASK_H_

#include <functional>
#include <thread>

#include "absl/time/time.h"
#include "controlplane/base/mutex.h"

namespace bellwether {

// Calls a function repeatedly on a thread of its own, each time `period` after the last call
// returned. Nothing may depend on its punctuality. Thread-safe.
class PeriodicTask {
 public:
  // Starts at once; the first call comes after one period.
  PeriodicTask(absl::Duration period, std::function<void()> run);
  // Stops it.
  ~PeriodicTask();
  PeriodicTask(const PeriodicTask&) = delete;
  PeriodicTask& operator=(const PeriodicTask&) = delete;

  // Waits for a call in progress and prevents further ones. May be called again; not from within
  // the function.
  void Stop();

 private:
  void Loop();

  const absl::Duration period_;
  const std::function<void()> run_;
  Mutex mutex_;
  CondVar stopping_changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // Last member: the thread uses all others.
  std::thread thread_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_PERIODIC_TASK_H_

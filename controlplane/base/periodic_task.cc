#include "controlplane/base/periodic_task.h"

#include <utility>

namespace bellwether {

PeriodicTask::PeriodicTask(absl::Duration period, std::function<void()> run)
    : period_(period), run_(std::move(run)), thread_([this] { Loop(); }) {}

PeriodicTask::~PeriodicTask() { Stop(); }

void PeriodicTask::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  stopping_changed_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

void PeriodicTask::Loop() {
  while (true) {
    {
      MutexLock lock(mutex_);
      // Waiting is the one thing here that needs real time; an early wake-up only shortens a
      // period.
      if (!stopping_) stopping_changed_.WaitFor(mutex_, period_);
      if (stopping_) return;
    }
    run_();
  }
}

}  // namespace bellwether

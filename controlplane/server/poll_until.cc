#include "controlplane/server/poll_until.h"

#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"

namespace bellwether {

bool PollUntil(absl::Duration patience, const std::function<bool()>& done) {
  const SystemClock clock;
  const MonotonicTime deadline = clock.MonotonicNow() + patience;
  Mutex mutex;
  CondVar never;
  while (!done()) {
    if (clock.MonotonicNow() >= deadline) return false;
    MutexLock lock(mutex);
    never.WaitFor(mutex, absl::Milliseconds(1));
  }
  return true;
}

}  // namespace bellwether

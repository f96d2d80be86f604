#ifndef CONTROLPLANE_MEMBERSHIP_FLEET_ACTIVITY_H_
#define CONTROLPLANE_MEMBERSHIP_FLEET_ACTIVITY_H_

#include <atomic>
#include <cstdint>
#include <limits>

#include "absl/time/time.h"
#include "controlplane/base/clock.h"

namespace bellwether {

// State shared by the pools of one registry. Thread-safe.
struct FleetActivity {
  // Rises whenever the roster of any pool changes other than by the passing of time.
  std::atomic<int64_t> changes = 0;

  // An agent that is stored as JOINING may be known, and is to be stored as ACTIVE later.
  std::atomic<bool> expects_joined = false;

  // When an agent of any pool last sent a heartbeat: while heartbeats arrive, this process can
  // receive.
  MonotonicTime last_heard() const {
    return MonotonicTime::SinceOrigin(
        absl::Nanoseconds(last_heard_.load(std::memory_order_relaxed)));
  }
  void NoteHeard(MonotonicTime now) {
    const int64_t heard = absl::ToInt64Nanoseconds(now.since_origin());
    // Of two concurrent calls either time is accurate enough.
    if (last_heard_.load(std::memory_order_relaxed) >= heard) return;
    last_heard_.store(heard, std::memory_order_relaxed);
  }

 private:
  // Nanoseconds since the clock's origin.
  std::atomic<int64_t> last_heard_ = std::numeric_limits<int64_t>::min();
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_FLEET_ACTIVITY_H_

#include "controlplane/base/clock.h"

#include <chrono>

#include "absl/time/clock.h"

namespace bellwether {

absl::Time SystemClock::WallNow() const { return absl::Now(); }

MonotonicTime SystemClock::MonotonicNow() const {
  return MonotonicTime::SinceOrigin(
      absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch()));
}

}  // namespace bellwether

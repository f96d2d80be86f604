#include "controlplane/catalog/retention_clock.h"

#include <algorithm>

namespace bellwether {
namespace {

// A machine that starts with a wrong clock is synchronised by then.
constexpr absl::Duration kSettlingTime = absl::Hours(1);

}  // namespace

RetentionClock::RetentionClock(const Clock& clock)
    : clock_(clock), wall_at_start_(clock.WallNow()), start_(clock.MonotonicNow()) {}

bool RetentionClock::IsDue(absl::Time since, absl::Time until) const {
  const absl::Duration elapsed = Elapsed();
  if (until > std::min(clock_.WallNow(), wall_at_start_ + elapsed)) return false;
  return since >= wall_at_start_ || elapsed >= kSettlingTime;
}

absl::Time RetentionClock::KeepUntil(absl::Duration retention) const {
  return std::max(clock_.WallNow(), wall_at_start_ + Elapsed()) + retention;
}

}  // namespace bellwether

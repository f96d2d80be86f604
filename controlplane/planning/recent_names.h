#ifndef CONTROLPLANE_PLANNING_RECENT_NAMES_H_
#define CONTROLPLANE_PLANNING_RECENT_NAMES_H_

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "controlplane/base/clock.h"

namespace bellwether {

// The names, of zones or of agent groups, that the agents of a pool had lately: a client that names
// one whose last agent has left makes no mistake. Not thread-safe.
class RecentNames {
 public:
  // A name is remembered for so long after the last agent that had it has left.
  static constexpr absl::Duration kMemory = absl::Hours(24);
  // More are not remembered; those that were last seen longest ago go first.
  static constexpr size_t kMaxNames = 256;

  // Takes note that the agents have `current` at `now` (the empty name counts for none), and
  // returns the names that no agent has but one had within kMemory, in order.
  std::vector<std::string> Update(std::set<std::string> current, MonotonicTime now);

 private:
  std::set<std::string> current_;
  // When each name that is not current was last seen.
  std::map<std::string, MonotonicTime> left_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_RECENT_NAMES_H_

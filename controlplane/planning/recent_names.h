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

// The zone or group names that the agents of a pool had recently: a client id with the name of a
// zone whose last agent has left is not mistaken. Not thread-safe.
class RecentNames {
 public:
  // How long a name is kept after the last agent with it has left.
  static constexpr absl::Duration kMemory = absl::Hours(24);
  // Further names are not kept; those seen longest ago are removed first.
  static constexpr size_t kMaxNames = 256;

  // Records that the agents have the names `current` at `now` (empty names are ignored). Returns
  // the names that no agent has now but an agent had within kMemory, in order.
  std::vector<std::string> Update(std::set<std::string> current, MonotonicTime now);

 private:
  std::set<std::string> current_;
  // When each name that is not current was last seen.
  std::map<std::string, MonotonicTime> left_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_RECENT_NAMES_H_

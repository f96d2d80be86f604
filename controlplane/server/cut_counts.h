#ifndef CONTROLPLANE_SERVER_CUT_COUNTS_H_
#define CONTROLPLANE_SERVER_CUT_COUNTS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "controlplane/server/frame_check.h"

namespace bellwether {

// The number of a listener's connections that were cut off, by reason. Thread-safe.
class CutCounts {
 public:
  void Count(CutReason reason) { counts_[static_cast<size_t>(reason)].fetch_add(1); }
  uint64_t count(CutReason reason) const { return counts_[static_cast<size_t>(reason)].load(); }

 private:
  std::array<std::atomic<uint64_t>, std::size(kCutReasons)> counts_ = {};
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_CUT_COUNTS_H_

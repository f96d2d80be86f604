#ifndef CONTROLPLANE_SERVER_POLL_UNTIL_H_
#define CONTROLPLANE_SERVER_POLL_UNTIL_H_

#include <functional>

#include "absl/time/time.h"

namespace bellwether {

// Calls `done` every millisecond until it returns true or `patience` of real time has passed, for
// conditions that have no notification. Returns whether `done` returned true. Blocks. Thread-safe.
bool PollUntil(absl::Duration patience, const std::function<bool()>& done);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_POLL_UNTIL_H_

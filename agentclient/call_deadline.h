#ifndef AGENTCLIENT_CALL_DEADLINE_H_
#define AGENTCLIENT_CALL_DEADLINE_H_

#include <grpc/support/time.h>

#include "absl/time/time.h"

namespace bellwether {

// A deadline so long after the call begins. As a span it is counted on the monotonic clock; a point
// of the wall clock would move with it. Pure.
inline gpr_timespec DeadlineAfter(absl::Duration timeout) {
  return gpr_time_from_millis(absl::ToInt64Milliseconds(timeout), GPR_TIMESPAN);
}

}  // namespace bellwether

#endif  // AGENTCLIENT_CALL_DEADLINE_H_

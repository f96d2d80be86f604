#ifndef AGENTCLIENT_CALL_DEADLINE_H_
#define AGENTCLIENT_CALL_DEADLINE_H_

#include <grpc/support/time.h>

#include "absl/time/time.h"

namespace bellwether {

// A deadline `timeout` after the call begins. A time span is measured on the monotonic clock; a
// point in time would move with the wall clock. Pure.
inline gpr_timespec DeadlineAfter(absl::Duration timeout) {
  return gpr_time_from_millis(absl::ToInt64Milliseconds(timeout), GPR_TIMESPAN);
}

}  // namespace bellwether

#endif  // AGENTCLIENT_CALL_DEADLINE_H_

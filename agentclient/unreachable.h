#ifndef AGENTCLIENT_UNREACHABLE_H_
#define AGENTCLIENT_UNREACHABLE_H_

#include "absl/status/status.h"

namespace bellwether {

// Whether a call that failed with `error` says nothing but that the control plane is away, too busy
// to answer, or another cluster's (kWrongCluster), which knows nothing of this agent: then what it
// said last still holds. What it does say, such as that no agent is alive or that a key is not good
// any more, counts. Pure.
bool IsUnreachable(const absl::Status& error);

}  // namespace bellwether

#endif  // AGENTCLIENT_UNREACHABLE_H_

#ifndef AGENTCLIENT_UNREACHABLE_H_
#define AGENTCLIENT_UNREACHABLE_H_

#include "absl/status/status.h"

namespace bellwether {

// Whether `error` means only that the control plane is unreachable, too busy to answer, or belongs
// to another cluster (kWrongCluster), which does not know this agent: the last view then stays
// valid. False for a reply about the request, such as that no agent is alive or that a key is no
// longer valid. Pure.
bool IsUnreachable(const absl::Status& error);

}  // namespace bellwether

#endif  // AGENTCLIENT_UNREACHABLE_H_

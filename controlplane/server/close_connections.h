#ifndef CONTROLPLANE_SERVER_CLOSE_CONNECTIONS_H_
#define CONTROLPLANE_SERVER_CLOSE_CONNECTIONS_H_

#include "absl/time/time.h"

namespace bellwether {

// Closes the connections that this process has accepted on the TCP port `port`, and returns when
// their owner, gRPC, has closed them too, after at most about `patience`. The owner sees the end of
// the peer's data and may write its pending data first; connections that last longer than half of
// `patience` are shut down in both directions.
//
// gRPC has no function for this and owns the descriptors, so they are found in /proc/self/fd.
// REQUIRES: no socket listens on the port any more. Blocks.
void CloseConnections(int port, absl::Duration patience);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_CLOSE_CONNECTIONS_H_

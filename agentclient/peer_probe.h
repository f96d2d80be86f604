#ifndef AGENTCLIENT_PEER_PROBE_H_
#define AGENTCLIENT_PEER_PROBE_H_

#include "controlplane/model/agent.h"

namespace bellwether {

// Looks whether another agent of the pool still serves clients: while the control plane is away,
// nobody else tells. Written by the agent's author.
class PeerProbe {
 public:
  virtual ~PeerProbe() = default;

  // Whether nobody serves at an agent's address. What cannot be told counts as served. Called on
  // the watcher's thread, which may wait a second for it.
  virtual bool IsGone(const HostPort& address) = 0;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_PEER_PROBE_H_

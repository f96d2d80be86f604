#ifndef AGENTCLIENT_PEER_PROBE_H_
#define AGENTCLIENT_PEER_PROBE_H_

#include "controlplane/model/agent.h"

namespace bellwether {

// Checks whether another agent of the pool still serves clients, for the time while the control
// plane, which normally reports this, is unreachable. The agent's author implements it.
class PeerProbe {
 public:
  virtual ~PeerProbe() = default;

  // Whether no process serves clients at `address`. False if in doubt. Called on the watcher's
  // thread; may block for a second.
  virtual bool IsGone(const HostPort& address) = 0;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_PEER_PROBE_H_

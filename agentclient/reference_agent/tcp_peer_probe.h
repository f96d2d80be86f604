#ifndef AGENTCLIENT_REFERENCE_AGENT_TCP_PEER_PROBE_H_
#define AGENTCLIENT_REFERENCE_AGENT_TCP_PEER_PROBE_H_

#include "agentclient/peer_probe.h"

namespace bellwether {

// Connects to the address where a peer listens for Kafka clients, and disconnects. Thread-safe.
class TcpPeerProbe final : public PeerProbe {
 public:
  // True if the connection is refused or not established within half a second; false if the name
  // cannot be resolved, which says nothing about the peer.
  bool IsGone(const HostPort& address) override;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_REFERENCE_AGENT_TCP_PEER_PROBE_H_

#ifndef CONTROLPLANE_SERVER_TLS_HANDSHAKE_LOG_H_
#define CONTROLPLANE_SERVER_TLS_HANDSHAKE_LOG_H_

namespace bellwether {

// Says in the log which TLS connections of our listeners fail, with peer, listener and reason,
// limited by the peer's host and the reason. gRPC 1.51 logs a failed handshake without its peer,
// and has no hook for it; OpenSSL has: it tells of each TLS connection that is made, and of each
// alert. A switch of the process; safe to repeat. Thread-safe.
void LogFailedHandshakes();

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_TLS_HANDSHAKE_LOG_H_

#ifndef CONTROLPLANE_SERVER_TLS_HANDSHAKE_LOG_H_
#define CONTROLPLANE_SERVER_TLS_HANDSHAKE_LOG_H_

namespace bellwether {

// Logs failed TLS handshakes of our listeners with peer, listener and reason, limited by the peer's
// host and the reason. gRPC 1.51 logs a failed handshake without its peer, and has no hook for it;
// OpenSSL reports each new TLS connection and each alert. Affects the whole process; may be called
// again. Thread-safe.
void LogFailedHandshakes();

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_TLS_HANDSHAKE_LOG_H_

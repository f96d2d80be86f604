#ifndef CONTROLPLANE_SERVER_TLS_HANDSHAKE_LOG_H_
#define CONTROLPLANE_SERVER_TLS_HANDSHAKE_LOG_H_

#include <string>

#include "absl/strings/string_view.h"

namespace bellwether {

// Says in the log which TLS connections of our listeners fail, with peer, listener and reason,
// limited by the peer's host and the reason. gRPC 1.51 logs a failed handshake without its peer,
// and has no hook for it; OpenSSL has: it tells of each TLS connection that is made, and of each
// alert. A switch of the process; safe to repeat. Thread-safe.
void LogFailedHandshakes();

// While it lives, TLS connections that this thread makes belong to a connection that a listener has
// accepted. gRPC makes them within the call that hands the connection over to it.
class AcceptedConnection {
 public:
  // `listener` is "agent", for example.
  AcceptedConnection(absl::string_view listener, int descriptor);
  ~AcceptedConnection();
  AcceptedConnection(const AcceptedConnection&) = delete;
  AcceptedConnection& operator=(const AcceptedConnection&) = delete;

  const std::string& listener() const { return listener_; }
  // "10.0.0.7" and "10.0.0.7:51234"; empty if the connection is gone already.
  const std::string& host() const { return host_; }
  const std::string& peer() const { return peer_; }

 private:
  std::string listener_;
  std::string host_;
  std::string peer_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_TLS_HANDSHAKE_LOG_H_

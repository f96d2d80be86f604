#ifndef CONTROLPLANE_SERVER_ACCEPTED_CONNECTION_H_
#define CONTROLPLANE_SERVER_ACCEPTED_CONNECTION_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "controlplane/server/cut_counts.h"

namespace bellwether {

// The peer of a connection that a listener has accepted.
struct AcceptedPeer {
  // "agent", for example.
  std::string listener;
  // "10.0.0.7" and "10.0.0.7:51234"; empty if the connection is already closed.
  std::string host;
  std::string peer;
  // The counters of the listener.
  std::shared_ptr<CutCounts> cuts;
};

// While this object lives, TLS connections that this thread creates belong to a connection that a
// listener has accepted. gRPC creates them within the call that passes the connection to it.
class AcceptedConnection {
 public:
  AcceptedConnection(absl::string_view listener, int descriptor, std::shared_ptr<CutCounts> cuts);
  ~AcceptedConnection();
  AcceptedConnection(const AcceptedConnection&) = delete;
  AcceptedConnection& operator=(const AcceptedConnection&) = delete;

  // The object of this thread; nullptr if there is none.
  static const AcceptedConnection* Current();

  const AcceptedPeer& peer() const { return peer_; }

 private:
  AcceptedPeer peer_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_ACCEPTED_CONNECTION_H_

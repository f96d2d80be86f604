#ifndef CONTROLPLANE_SERVER_LISTENER_H_
#define CONTROLPLANE_SERVER_LISTENER_H_

#include <grpcpp/impl/service_type.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controlplane/model/limits.h"
#include "controlplane/server/connection_acceptor.h"
#include "controlplane/server/cut_counts.h"
#include "controlplane/server/frame_check.h"

namespace bellwether {

// What the connections of one port may do. A value; the other limits are in model/limits.h.
struct ConnectionLimits {
  // A connection is asked to make place for a new one when it is this old, give or take a tenth, so
  // that agents spread anew over what answers under an address; calls under way then have a while
  // to end.
  absl::Duration age = absl::Minutes(30);
  // A connection whose descriptor would be this or above is closed at once (ConnectionAcceptor).
  int descriptors = std::numeric_limits<int>::max();
  // What all of them may hold in buffers together.
  size_t bytes = kMaxOtherConnectionBytes;
};

// How long calls on a connection of that age may go on until it is closed.
absl::Duration ConnectionAgeGrace(absl::Duration age);

// The error for an address that cannot be listened on: UNAVAILABLE (kAddressUnavailable), which
// names `flag`, the address and why.
absl::Status CannotListen(absl::string_view flag, const std::string& address,
                          absl::string_view why);

// One gRPC port with its services, health and reflection. Thread-safe.
class Listener {
 public:
  // Services by their full names; they must outlive the listener. Of one that is null health tells,
  // and it cannot be called.
  using Services = std::vector<std::pair<absl::string_view, grpc::Service*>>;

  // Begins to listen. UNAVAILABLE if it cannot; the error names `flag`.
  static absl::StatusOr<std::unique_ptr<Listener>> Start(
      absl::string_view flag, const std::string& address,
      const std::shared_ptr<grpc::ServerCredentials>& credentials, const ConnectionLimits& limits,
      const Services& services);

  int port() const { return acceptor_->port(); }
  // Connections that were refused because too many were open, since the start.
  uint64_t refused() const { return acceptor_->refused(); }
  // Connections that were cut off for what came over them, since the start.
  uint64_t cut(CutReason reason) const { return cuts_->count(reason); }

  // Another ConnectionLimits::descriptors from now on; connections that are there stay.
  void SetDescriptors(int descriptors) { acceptor_->SetDescriptorLimit(descriptors); }

  // What health answers for `name`, a service or another one, from now on.
  void SetServing(absl::string_view name, bool serving);
  // Health answers NOT_SERVING for every name from now on.
  void SetNotServing();
  // Takes no new connections from now on. Safe to repeat.
  void Close() { acceptor_->Stop(); }
  // Closes every connection, after what has been written to it, and returns when no call is under
  // way any more. Calls that have no answer by then end with UNAVAILABLE at their clients, those
  // that arrive meanwhile too.
  void Stop();

 private:
  using Intake = grpc::experimental::ExternalConnectionAcceptor;

  Listener(std::unique_ptr<grpc::Server> server, std::unique_ptr<Intake> intake,
           std::unique_ptr<ConnectionAcceptor> acceptor);

  const std::unique_ptr<grpc::Server> server_;
  // Where gRPC takes connections, and who brings them.
  const std::unique_ptr<Intake> intake_;
  const std::unique_ptr<ConnectionAcceptor> acceptor_;
  const std::shared_ptr<CutCounts> cuts_ = std::make_shared<CutCounts>();
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_LISTENER_H_

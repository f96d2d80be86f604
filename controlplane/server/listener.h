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

// Limits on the connections of one port. Other limits are in model/limits.h.
struct ConnectionLimits {
  // The age, ± 10 %, at which a connection is asked to close, so that agents spread again over the
  // servers behind an address; calls in flight then have a grace period.
  absl::Duration age = absl::Minutes(30);
  // A connection whose descriptor would be this or above is closed at once (ConnectionAcceptor).
  int descriptors = std::numeric_limits<int>::max();
  // Buffer memory of all connections together.
  size_t bytes = kMaxOtherConnectionBytes;
};

// The grace period for calls on a connection of that age before it is closed.
absl::Duration ConnectionAgeGrace(absl::Duration age);

// The error for an address that cannot be listened on: UNAVAILABLE (kAddressUnavailable), naming
// `flag`, the address and the cause.
absl::Status CannotListen(absl::string_view flag, const std::string& address,
                          absl::string_view why);

// One gRPC port with its services, health and reflection. Thread-safe.
class Listener {
 public:
  // Services by their full names; they must outlive the listener. A null service has a health
  // status but cannot be called.
  using Services = std::vector<std::pair<absl::string_view, grpc::Service*>>;

  // Starts to listen. UNAVAILABLE, naming `flag`, if that fails.
  static absl::StatusOr<std::unique_ptr<Listener>> Start(
      absl::string_view flag, const std::string& address,
      const std::shared_ptr<grpc::ServerCredentials>& credentials, const ConnectionLimits& limits,
      const Services& services);

  int port() const { return acceptor_->port(); }
  // Connections that were refused because too many were open, since the start.
  uint64_t refused() const { return acceptor_->refused(); }
  // Connections that were cut off because of their content, since the start.
  uint64_t cut(CutReason reason) const { return cuts_->count(reason); }

  // Changes ConnectionLimits::descriptors. Existing connections stay.
  void SetDescriptors(int descriptors) { acceptor_->SetDescriptorLimit(descriptors); }

  // Sets the health status of `name`, a service or another name.
  void SetServing(absl::string_view name, bool serving);
  // Sets the health status of every name to NOT_SERVING.
  void SetNotServing();
  // Stops accepting connections. May be called again.
  void Close() { acceptor_->Stop(); }
  // Closes every connection, after its pending data has been written, and returns when no call is
  // in flight. Calls that have no answer by then, and those that arrive meanwhile, end with
  // UNAVAILABLE at their clients.
  void Stop();

 private:
  using Intake = grpc::experimental::ExternalConnectionAcceptor;

  Listener(std::unique_ptr<grpc::Server> server, std::unique_ptr<Intake> intake,
           std::unique_ptr<ConnectionAcceptor> acceptor);

  const std::unique_ptr<grpc::Server> server_;
  // gRPC's entry for connections, and the acceptor that supplies them.
  const std::unique_ptr<Intake> intake_;
  const std::unique_ptr<ConnectionAcceptor> acceptor_;
  const std::shared_ptr<CutCounts> cuts_ = std::make_shared<CutCounts>();
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_LISTENER_H_

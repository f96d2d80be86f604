#ifndef CONTROLPLANE_SERVER_LISTENER_H_
#define CONTROLPLANE_SERVER_LISTENER_H_

#include <grpcpp/impl/service_type.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bellwether {

// One gRPC port with its services, health and reflection. Thread-safe.
class Listener {
 public:
  // Services by their full names; they must outlive the listener. Of one that is null health tells,
  // and it cannot be called.
  using Services = std::vector<std::pair<absl::string_view, grpc::Service*>>;

  // Begins to listen. A connection is asked to make place for a new one when it is `connection_age`
  // old, give or take a tenth, so that agents spread anew over what answers under an address; calls
  // under way then have a while to end. UNAVAILABLE if it cannot listen; the error names `flag`.
  static absl::StatusOr<std::unique_ptr<Listener>> Start(
      absl::string_view flag, const std::string& address,
      const std::shared_ptr<grpc::ServerCredentials>& credentials, absl::Duration connection_age,
      const Services& services);

  int port() const { return port_; }

  // What health answers for `name`, a service or another one, from now on.
  void SetServing(absl::string_view name, bool serving);
  // Health answers NOT_SERVING for every name from now on.
  void SetNotServing();
  // Tells every client to go elsewhere, takes no new calls and returns when those under way have
  // ended, which are cancelled after `grace`.
  void Stop(absl::Duration grace);

 private:
  Listener(std::unique_ptr<grpc::Server> server, int port);

  const std::unique_ptr<grpc::Server> server_;
  const int port_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_LISTENER_H_

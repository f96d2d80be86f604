#ifndef CONTROLPLANE_SERVER_LISTENER_CREDENTIALS_H_
#define CONTROLPLANE_SERVER_LISTENER_CREDENTIALS_H_

#include <grpcpp/security/server_credentials.h>

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controlplane/base/tls_files.h"

namespace bellwether {

// How a listener proves who it is. Without a certificate: not at all, in plain text. With one: TLS;
// with authorities too, every client has to show a certificate that comes from one of them. The
// files are looked at again every `reload_interval` (whole seconds, at least one), and later
// connections get what they hold then.
//
// INVALID_ARGUMENT if the files cannot be used; the errors name the flags of the listener `name`
// ("agent", "admin").
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeListenerCredentials(
    absl::string_view name, const TlsFiles& files, absl::Duration reload_interval);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_LISTENER_CREDENTIALS_H_

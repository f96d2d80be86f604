#ifndef CONTROLPLANE_SERVER_LISTENER_CREDENTIALS_H_
#define CONTROLPLANE_SERVER_LISTENER_CREDENTIALS_H_

#include <grpcpp/security/server_credentials.h>

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controlplane/base/tls_files.h"

namespace bellwether {

// How a listener authenticates itself and its clients. Without a certificate: plain text, no
// authentication. With a certificate: TLS. With authorities in addition, every client must present
// a certificate that one of them has issued. The files are read again every `reload_interval`
// (whole seconds, at least one), and later connections use the new content.
//
// INVALID_ARGUMENT if the files cannot be used; the errors name the flags of the listener `name`
// ("agent", "admin").
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeListenerCredentials(
    absl::string_view name, const TlsFiles& files, absl::Duration reload_interval);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_LISTENER_CREDENTIALS_H_

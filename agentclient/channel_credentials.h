#ifndef AGENTCLIENT_CHANNEL_CREDENTIALS_H_
#define AGENTCLIENT_CHANNEL_CREDENTIALS_H_

#include <grpcpp/security/credentials.h>

#include <memory>

#include "absl/status/statusor.h"
#include "controlplane/base/tls_files.h"

namespace bellwether {

// How an agent and the control plane authenticate each other. Without files: plain text, no
// authentication. With authorities: TLS, and the control plane's certificate must be issued by one
// of them for the host that the agent connects to. With a certificate and key in addition, the
// agent presents its own certificate. The files are read again every ten seconds, and later
// connections use the new content. INVALID_ARGUMENT if the files cannot be used, naming the one of
// `flags`.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeChannelCredentials(
    const TlsFiles& files, const TlsFileFlags& flags = {"certificate", "key", "authorities"});

}  // namespace bellwether

#endif  // AGENTCLIENT_CHANNEL_CREDENTIALS_H_

#ifndef AGENTCLIENT_CHANNEL_CREDENTIALS_H_
#define AGENTCLIENT_CHANNEL_CREDENTIALS_H_

#include <grpcpp/security/credentials.h>

#include <memory>

#include "absl/status/statusor.h"
#include "controlplane/base/tls_files.h"

namespace bellwether {

// How an agent and the control plane make sure of each other. Without files: not at all, in plain
// text. With authorities: TLS, and the control plane's certificate must come from one of them and
// be made for the host that the agent connects to; with a certificate and key too, the agent shows
// its own. The files are looked at again every ten seconds, and later connections use what they
// hold then. INVALID_ARGUMENT if the files cannot be used, naming the one of `flags`.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeChannelCredentials(
    const TlsFiles& files, const TlsFileFlags& flags = {"certificate", "key", "authorities"});

}  // namespace bellwether

#endif  // AGENTCLIENT_CHANNEL_CREDENTIALS_H_

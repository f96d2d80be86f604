#ifndef AGENTCLIENT_REFERENCE_AGENT_CONNECTION_ADVICE_H_
#define AGENTCLIENT_REFERENCE_AGENT_CONNECTION_ADVICE_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "controlplane/base/tls_files.h"

namespace bellwether {

// What to do where the control plane cannot be reached, in terms of the agent's own flags: gRPC
// says "Socket closed" of a control plane that refuses the agent's certificate. `error` is gRPC's,
// `certificate_expiry` that of the certificate in `tls`, if it has one that can be read. Empty
// where the error says enough, or nothing but time helps. Pure.
std::string ConnectionAdvice(const absl::Status& error, const TlsFiles& tls,
                             std::optional<absl::Time> certificate_expiry, absl::Time now);

}  // namespace bellwether

#endif  // AGENTCLIENT_REFERENCE_AGENT_CONNECTION_ADVICE_H_

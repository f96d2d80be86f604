#ifndef AGENTCLIENT_REFERENCE_AGENT_CONNECTION_ADVICE_H_
#define AGENTCLIENT_REFERENCE_AGENT_CONNECTION_ADVICE_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "controlplane/base/tls_files.h"

namespace bellwether {

// The remedy when the control plane cannot be reached, in terms of the agent's own flags. It is
// needed because gRPC reports, for example, "Socket closed" when the control plane refuses the
// agent's certificate. `error` comes from gRPC; `certificate_expiry` is that of the certificate in
// `tls`, if it has one that can be read. Empty if the error is clear enough or only time helps.
// Pure.
std::string ConnectionAdvice(const absl::Status& error, const TlsFiles& tls,
                             std::optional<absl::Time> certificate_expiry, absl::Time now);

}  // namespace bellwether

#endif  // AGENTCLIENT_REFERENCE_AGENT_CONNECTION_ADVICE_H_

#ifndef CONTROLPLANE_SERVER_EXPOSURE_H_
#define CONTROLPLANE_SERVER_EXPOSURE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "controlplane/server/server_options.h"

namespace bellwether {

// Whether only this machine can reach "host:port": its host is localhost or a loopback address, and
// it names a single port. Whatever cannot be read as that is taken for reachable. Pure.
bool IsLoopback(absl::string_view address);

// OK if everything that others than this machine can reach is encrypted, or `options` say in so
// many words that it need not be; else INVALID_ARGUMENT (kInvalidArgument), which names the flag
// and what to do. Pure.
absl::Status CheckExposure(const ServerOptions& options);

// Whether callers have to bring a credential along. Pure.
bool AuthenticationIsRequired(const ServerOptions& options);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_EXPOSURE_H_

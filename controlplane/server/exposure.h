#ifndef CONTROLPLANE_SERVER_EXPOSURE_H_
#define CONTROLPLANE_SERVER_EXPOSURE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "controlplane/server/server_options.h"

namespace bellwether {

// Whether only this machine can reach "host:port": its host is localhost or a loopback address, and
// it has a single port. False for anything that cannot be parsed. Pure.
bool IsLoopback(absl::string_view address);

// OK if everything that other machines can reach is encrypted, or `options` explicitly allow plain
// text; else INVALID_ARGUMENT (kInvalidArgument), naming the flag and the remedy. Pure.
absl::Status CheckExposure(const ServerOptions& options);

// Whether callers need a credential. Pure.
bool AuthenticationIsRequired(const ServerOptions& options);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_EXPOSURE_H_

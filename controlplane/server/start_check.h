#ifndef CONTROLPLANE_SERVER_START_CHECK_H_
#define CONTROLPLANE_SERVER_START_CHECK_H_

#include "absl/status/status.h"
#include "controlplane/base/clock.h"
#include "controlplane/server/server_options.h"

namespace bellwether {

// OK if a server would start with `options` here and now: performs all steps of a start except
// serving, and changes nothing on the disk. Reads the store, and binds every address for a moment.
// Errors are those of Server::Start, and INVALID_ARGUMENT for a certificate that is not valid now:
// a server starts with it, but no client would trust it.
absl::Status CheckStart(const ServerOptions& options, const Clock& clock);

// OK if the certificates of both listeners are valid at that time; else INVALID_ARGUMENT, naming
// flag, file and time.
absl::Status CheckCertificatesAreValid(const ServerOptions& options, absl::Time now);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_START_CHECK_H_

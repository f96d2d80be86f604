#ifndef CONTROLPLANE_SERVER_OFFLINE_ADMIN_TOKEN_H_
#define CONTROLPLANE_SERVER_OFFLINE_ADMIN_TOKEN_H_

#include <iosfwd>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/random.h"
#include "controlplane/server/offline_commands.h"

namespace bellwether {

inline constexpr absl::string_view kCreateAdminTokenCommand = "create-admin-token";

// `bellwether create-admin-token`: creates a token with the role admin in the store in
// `options.data_dir`, while no control plane runs on it, and writes the token to `out` on a line of
// its own. For the case that no one has such a token any more. `secrets` must be suitable for
// secrets. Apart from the token, changes only the count of starts. Errors have a remedy:
// FAILED_PRECONDITION (kStoreForeign) if there is no store, (kStoreInUse) while a control plane
// runs on it, (kStoreForeign) for a store of another user, whose control plane could not read files
// that this user writes; those of the store and of the catalog.
absl::Status CreateAdminTokenOffline(const OfflineOptions& options, const Clock& clock,
                                     Random& random, Random& secrets, std::ostream& out);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_OFFLINE_ADMIN_TOKEN_H_

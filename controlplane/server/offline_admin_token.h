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

// `bellwether create-admin-token`: makes a token with the role admin in the store in
// `options.data_dir`, while no control plane runs on it, and writes the token to `out` on a line of
// its own. For when nobody has such a token any more. `secrets` must be good for secrets. Changes
// nothing else but the count of starts. Errors say what to do: FAILED_PRECONDITION (kStoreForeign)
// where there is no store, (kStoreInUse) while a control plane runs on it, (kStoreForeign) for a
// store of another user, whose control plane could not read what this one writes; those of the
// store and of the catalog.
absl::Status CreateAdminTokenOffline(const OfflineOptions& options, const Clock& clock,
                                     Random& random, Random& secrets, std::ostream& out);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_OFFLINE_ADMIN_TOKEN_H_

#ifndef CONTROLPLANE_SERVER_FIRST_ADMIN_TOKEN_H_
#define CONTROLPLANE_SERVER_FIRST_ADMIN_TOKEN_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "controlplane/catalog/catalog_view.h"
#include "controlplane/catalog/credentials.h"

namespace bellwether {

// Where the token is written, in the data directory.
inline constexpr char kFirstAdminTokenFile[] = "first-admin-token";

// Makes a token with the role admin, and writes it to a file that nobody but this process's user
// can read, if there is no token with which somebody could make others: at the first start, and
// after the last one was revoked or has expired, or was lost in a crash. The log names the file.
// Whoever may write the data directory can thus always get in, and could anyway. UNAVAILABLE
// (kStoreUnavailable) if the file cannot be written; errors of the catalog.
absl::Status EnsureAdminToken(const CatalogView& view, Credentials& credentials, absl::Time now,
                              const std::string& data_dir);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_FIRST_ADMIN_TOKEN_H_

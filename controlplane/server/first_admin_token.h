#ifndef CONTROLPLANE_SERVER_FIRST_ADMIN_TOKEN_H_
#define CONTROLPLANE_SERVER_FIRST_ADMIN_TOKEN_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "controlplane/catalog/catalog_view.h"
#include "controlplane/catalog/credentials.h"

namespace bellwether {

// The file with the token, in the data directory.
inline constexpr char kFirstAdminTokenFile[] = "first-admin-token";

// Creates a token with the role admin, and writes it to a file that only this process's user can
// read, if no token can create others: at the first start, and after the last such token was
// revoked, has expired, or was lost in a crash. The log names the file. So anyone who can write the
// data directory can get in, which would be possible anyway. UNAVAILABLE (kStoreUnavailable) if the
// file cannot be written; errors of the catalog.
absl::Status EnsureAdminToken(const CatalogView& view, Credentials& credentials, absl::Time now,
                              const std::string& data_dir);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_FIRST_ADMIN_TOKEN_H_

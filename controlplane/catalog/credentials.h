#ifndef CONTROLPLANE_CATALOG_CREDENTIALS_H_
#define CONTROLPLANE_CATALOG_CREDENTIALS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/random.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/model/credential.h"

namespace bellwether {

// Fields of a new credential that admins set.
struct CredentialFields {
  std::string display_name;
  Labels labels;
  std::optional<absl::Time> expire_time;
};

// A new credential.
struct NewCredential {
  Credential credential;
  // The key that its holder sends. It is returned here and never again: empty if the credential was
  // created by an earlier call with the same request_id, or only validated.
  std::string key;
};

// Whether the holder of `credential` may create admin tokens at `now`. Pure.
bool CanMakeTokens(const Credential& credential, absl::Time now);

// Creates and revokes agent keys and admin tokens. They are looked up in the catalog's view, which
// shows every change once its call has returned. Several credentials may have the same scope, so
// that one can replace another.
//
// Thread-safe. Every method blocks on the store. In addition to the errors listed, every method may
// return those of the Catalog's changes.
class Credentials {
 public:
  // All arguments must outlive it. `secrets` must be suitable for secrets.
  Credentials(Catalog& catalog, const Clock& clock, Random& random, Random& secrets);

  // Creates a key for the agents of a virtual cluster. NOT_FOUND (kVirtualClusterNotFound), also if
  // it is deleted; INVALID_ARGUMENT for an expiry time in the past; RESOURCE_EXHAUSTED
  // (kLimitExceeded).
  absl::StatusOr<NewCredential> CreateAgentKey(const std::string& virtual_cluster_id,
                                               const CredentialFields& fields,
                                               const ChangeOptions& options);
  absl::StatusOr<NewCredential> CreateAdminToken(AdminRole role, const CredentialFields& fields,
                                                 const ChangeOptions& options);

  // Revokes a key at once. NOT_FOUND (kAgentKeyNotFound), also if it belongs to another virtual
  // cluster.
  absl::Status RevokeAgentKey(const AgentKeyName& name, const ChangeOptions& options);
  // NOT_FOUND (kAdminTokenNotFound); unless `force`, FAILED_PRECONDITION (kLastAdminToken) if it is
  // the only token that can create tokens.
  absl::Status RevokeAdminToken(const std::string& id, bool force, const ChangeOptions& options);

  // Removes, and logs, credentials that have expired both by the wall clock and by the monotonic
  // clock of this run, and keys whose virtual cluster has been removed for good. For a periodic
  // task.
  absl::Status PurgeExpired();

 private:
  absl::StatusOr<NewCredential> Create(const ChangeRequest& request, Credential credential,
                                       const CredentialFields& fields,
                                       const ChangeOptions& options);
  absl::Status Remove(const Credential& useless);

  Catalog& catalog_;
  const Clock& clock_;
  Random& random_;
  Random& secrets_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_CREDENTIALS_H_

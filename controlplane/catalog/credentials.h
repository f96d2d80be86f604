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

// What admins say of a new credential.
struct CredentialFields {
  std::string display_name;
  Labels labels;
  std::optional<absl::Time> expire_time;
};

// A credential that has just been made.
struct NewCredential {
  Credential credential;
  // What its holder sends. Given out here and nowhere else, ever: empty where the credential was
  // made by an earlier call of the same request_id, or only validated.
  std::string key;
};

// Whether the holder of `credential` may make admin tokens at `now`. Pure.
bool CanMakeTokens(const Credential& credential, absl::Time now);

// The agent keys and admin tokens: made and revoked here, looked up in the catalog's view, which
// shows every change once its call has returned. Several may be good for the same thing, so that
// one takes over from another.
//
// Thread-safe. Every method blocks on the store; errors beside those named are those of the
// Catalog's changes.
class Credentials {
 public:
  // All must outlive it. `secrets` must be good for secrets.
  Credentials(Catalog& catalog, const Clock& clock, Random& random, Random& secrets);

  // Makes a key for the agents of a virtual cluster. NOT_FOUND (kVirtualClusterNotFound), also if
  // it is deleted; INVALID_ARGUMENT for a time that has passed; RESOURCE_EXHAUSTED
  // (kLimitExceeded).
  absl::StatusOr<NewCredential> CreateAgentKey(const std::string& virtual_cluster_id,
                                               const CredentialFields& fields,
                                               const ChangeOptions& options);
  absl::StatusOr<NewCredential> CreateAdminToken(AdminRole role, const CredentialFields& fields,
                                                 const ChangeOptions& options);

  // Ends a key at once. NOT_FOUND (kAgentKeyNotFound), also if it is that of another virtual
  // cluster.
  absl::Status RevokeAgentKey(const AgentKeyName& name, const ChangeOptions& options);
  // NOT_FOUND (kAdminTokenNotFound); unless `force`, FAILED_PRECONDITION (kLastAdminToken) if it
  // can make tokens and no other one can.
  absl::Status RevokeAdminToken(const std::string& id, bool force, const ChangeOptions& options);

  // Removes what has expired, by the wall clock and by the monotonic clock of this run, and keys
  // whose virtual cluster is gone for good. Logs what it removes. For a periodic task.
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

#ifndef CONTROLPLANE_ACCESS_ACCESS_DECISION_H_
#define CONTROLPLANE_ACCESS_ACCESS_DECISION_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controlplane/access/secret.h"
#include "controlplane/model/credential.h"
#include "controlplane/model/virtual_cluster.h"

namespace bellwether {

// Who may call a method.
enum class AccessRule {
  // What a method has that nobody gave a rule.
  kNobody,
  // Holders of an agent key, about the virtual cluster of the key and its pool.
  kAgent,
  // These, and holders of any admin token.
  kAgentOrViewer,
  // Holders of an admin token with that role or a higher one.
  kViewer,
  kOperator,
  kAdmin,
};

// What a call of an agent is about, as its request says: ids, names or uids; "" where it says
// nothing.
struct AccessScope {
  absl::string_view agent_pool;
  absl::string_view virtual_cluster;
};

// What is known of who calls.
struct Caller {
  // nullopt: the call brought nothing along that can be read.
  std::optional<PresentedKey> presented;
  // The credential of the id that was presented, or nullptr.
  const Credential* credential = nullptr;
  // The virtual cluster that an agent key is bound to; nullptr if it is gone.
  const VirtualCluster* virtual_cluster = nullptr;
};

// What comes of it. Callers are told of a refusal, not of which, but for kOutOfScope, which shows
// that the key is valid: its holder learns what the key is for. The log says which.
enum class AccessVerdict {
  kAllowed,
  kNoCredential,
  // Also what is said of one that was revoked.
  kUnknownCredential,
  kWrongSecret,
  kExpired,
  // An agent key for a call of admins, or an admin token for a call of agents.
  kWrongKind,
  kRoleTooLow,
  // The call is about another virtual cluster or pool, or about none.
  kOutOfScope,
  kNoRule,
};

// "allowed", "no credential" and so on. Pure.
absl::string_view AccessVerdictName(AccessVerdict verdict);

// Whether a call may be made. Looks at nothing but the caller, so that the answer to a caller who
// may not does not depend on what exists. Pure.
AccessVerdict Decide(AccessRule rule, const AccessScope& scope, const Caller& caller,
                     absl::Time now);

}  // namespace bellwether

#endif  // CONTROLPLANE_ACCESS_ACCESS_DECISION_H_

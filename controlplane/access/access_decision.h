#ifndef CONTROLPLANE_ACCESS_ACCESS_DECISION_H_
#define CONTROLPLANE_ACCESS_ACCESS_DECISION_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controlplane/access/secret.h"
#include "controlplane/model/credential.h"
#include "controlplane/model/virtual_cluster.h"

namespace bellwether {

// The callers that may call a method.
enum class AccessRule {
  // The default of a method without a rule.
  kNobody,
  // Holders of an agent key, for the virtual cluster of the key and its pool.
  kAgent,
  // The callers of kAgent, and holders of any admin token.
  kAgentOrViewer,
  // Holders of an admin token with that role or a higher one.
  kViewer,
  kOperator,
  kAdmin,
};

// The subject of an agent's call, as its request states it: ids, names or uids; "" where the
// request states nothing.
struct AccessScope {
  absl::string_view agent_pool;
  absl::string_view virtual_cluster;
};

// The facts about the caller that the decision uses.
struct Caller {
  // nullopt: the call has no readable credential.
  std::optional<PresentedKey> presented;
  // The credential with the presented id, or nullptr.
  const Credential* credential = nullptr;
  // The virtual cluster that an agent key is bound to; nullptr if it no longer exists.
  const VirtualCluster* virtual_cluster = nullptr;
};

// The result of a decision. Callers learn only that they are refused, except for kOutOfScope, which
// reveals that the key is valid: its holder learns the scope of the key. The log has the verdict.
enum class AccessVerdict {
  kAllowed,
  kNoCredential,
  // Also for a revoked credential.
  kUnknownCredential,
  kWrongSecret,
  kExpired,
  // An agent key in a call of admins, or an admin token in a call of agents.
  kWrongKind,
  kRoleTooLow,
  // The call is about another virtual cluster or pool, or states none.
  kOutOfScope,
  kNoRule,
};

// "allowed", "no credential" and so on. Pure.
absl::string_view AccessVerdictName(AccessVerdict verdict);

// Whether a call may be made. Depends on the caller only, so that the answer to an unauthorized
// caller does not reveal what exists. Pure.
AccessVerdict Decide(AccessRule rule, const AccessScope& scope, const Caller& caller,
                     absl::Time now);

}  // namespace bellwether

#endif  // CONTROLPLANE_ACCESS_ACCESS_DECISION_H_

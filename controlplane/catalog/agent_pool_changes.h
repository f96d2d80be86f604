#ifndef CONTROLPLANE_CATALOG_AGENT_POOL_CHANGES_H_
#define CONTROLPLANE_CATALOG_AGENT_POOL_CHANGES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controlplane/base/random.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/catalog/catalog_change.h"
#include "controlplane/catalog/catalog_view.h"
#include "controlplane/catalog/pool_registrations.h"

namespace bellwether {

// The effect of each change of a pool on a view: the rules, without the store. The pool is the
// first resource of the change; errors are those of the Catalog's methods. Pure except for
// `random`, which provides uids. `now` is the wall clock.

// An unbound pool. RESOURCE_EXHAUSTED (kLimitExceeded) if there are too many.
absl::StatusOr<AgentPool> NewAgentPool(const CatalogView& view, const std::string& id,
                                       absl::Time now, Random& random);

absl::StatusOr<CatalogChange> ToCreateAgentPool(const CatalogView& view, const std::string& id,
                                                const AgentPoolFields& fields, absl::Time now,
                                                Random& random);
absl::StatusOr<CatalogChange> ToUpdateAgentPool(const CatalogView& view, const std::string& id,
                                                const AgentPoolFields& fields,
                                                const std::string& etag, absl::Time now);

// Removes the pool and `registrations`, and unbinds its virtual cluster.
absl::StatusOr<CatalogChange> ToDeleteAgentPool(const CatalogView& view, const std::string& id,
                                                const PoolRegistrations& registrations, bool force,
                                                const std::string& etag, absl::Time now);

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_AGENT_POOL_CHANGES_H_

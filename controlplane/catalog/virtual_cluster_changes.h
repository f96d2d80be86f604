#ifndef CONTROLPLANE_CATALOG_VIRTUAL_CLUSTER_CHANGES_H_
#define CONTROLPLANE_CATALOG_VIRTUAL_CLUSTER_CHANGES_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controlplane/base/random.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/catalog/catalog_change.h"
#include "controlplane/catalog/catalog_view.h"
#include "controlplane/catalog/pool_registrations.h"

namespace bellwether {

// The effect of each change of a virtual cluster on a view: the rules, without the store. The
// cluster is the first resource of the change; errors are those of the Catalog's methods. Pure
// except for `random`, which provides uids. `now` is the wall clock.

absl::StatusOr<CatalogChange> ToCreateVirtualCluster(const CatalogView& view, const std::string& id,
                                                     const VirtualClusterFields& fields,
                                                     absl::Time now, Random& random);
// The default virtual cluster and the default pool.
absl::StatusOr<CatalogChange> ToCreateDefaults(const CatalogView& view, absl::Time now,
                                               Random& random);
absl::StatusOr<CatalogChange> ToUpdateVirtualCluster(const CatalogView& view, const std::string& id,
                                                     const VirtualClusterFields& fields,
                                                     const std::string& etag, absl::Time now);
// `agents` are the agents of its pool.
absl::StatusOr<CatalogChange> ToDeleteVirtualCluster(const CatalogView& view, const std::string& id,
                                                     const PoolRegistrations& agents, bool force,
                                                     const std::string& etag, absl::Time now,
                                                     absl::Time expire_time);
// The deleted virtual cluster with that id. NOT_FOUND (kVirtualClusterNotFound);
// FAILED_PRECONDITION (kVirtualClusterNotDeleted); ABORTED (kEtagMismatch).
absl::StatusOr<std::shared_ptr<const VirtualCluster>> FindDeleted(const CatalogView& view,
                                                                  const std::string& id,
                                                                  const std::string& etag);
CatalogChange ToUndeleteVirtualCluster(const CatalogView& view, const VirtualCluster& deleted,
                                       absl::Time now);
// Removes the cluster for good and frees its pool.
CatalogChange ToPurgeVirtualCluster(const CatalogView& view, const VirtualCluster& cluster,
                                    absl::Time now);

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_VIRTUAL_CLUSTER_CHANGES_H_

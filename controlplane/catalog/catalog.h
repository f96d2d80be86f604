#ifndef CONTROLPLANE_CATALOG_CATALOG_H_
#define CONTROLPLANE_CATALOG_CATALOG_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/random.h"
#include "controlplane/catalog/catalog_change.h"
#include "controlplane/catalog/catalog_state.h"
#include "controlplane/catalog/catalog_view.h"
#include "controlplane/catalog/pool_registrations.h"
#include "controlplane/catalog/record_codec.h"
#include "controlplane/catalog/request_log.h"
#include "controlplane/catalog/retention_clock.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// Options of a change.
struct ChangeOptions {
  // Checks everything and changes nothing. The answer is the result that the change would have,
  // except for uid, times and etag of new resources.
  bool validate_only = false;
  // If not empty: a repetition of the same change with the same id returns the first answer.
  std::string request_id;
  // If not empty: the change happens only if the resource still has this etag; else ABORTED
  // (kEtagMismatch).
  std::string etag;
};

// Fields of a virtual cluster that admins set. In an update, nullopt leaves a field as it is.
struct VirtualClusterFields {
  std::optional<std::string> display_name;
  // Id of the pool to bind.
  std::optional<std::string> agent_pool_id;
  // An inner nullopt removes the cluster's own choice.
  std::optional<std::optional<Strategy>> default_strategy;
  std::optional<bool> deletion_protection;
  std::optional<Labels> labels;
  std::optional<bool> single_agent_sticky;
  std::optional<std::vector<ZoneCidr>> zone_cidrs;
  std::optional<bool> agent_group_fallback;
  std::optional<int32_t> max_listed_brokers;
};

// Fields of a pool that admins set. In an update, nullopt leaves a field as it is.
struct AgentPoolFields {
  std::optional<std::string> display_name;
  std::optional<Labels> labels;
  std::optional<bool> redirects_disabled;
};

// The virtual clusters and agent pools: keeps their invariants, stores each change in one commit,
// and publishes a view of the result.
//
// Invariants: ids are unique; a cluster is bound to at most one pool and a pool to at most one
// cluster, and both records agree; the default cluster and its pool exist.
//
// Thread-safe. Changes block on the store; View does not. In addition to the errors named below,
// every change may fail with INVALID_ARGUMENT (a field, a limit), ABORTED (kEtagMismatch; or
// kRevisionMismatch if several writers kept racing: try again), UNAVAILABLE (the store cannot
// write) and, for a request_id that was used for another change, INVALID_ARGUMENT
// (kRequestIdReused). After an error nothing has changed.
class Catalog {
 public:
  struct Options {
    // How long a deleted virtual cluster can be undeleted.
    absl::Duration deletion_retention = absl::Hours(7 * 24);
    // How long the answer to a request_id is kept.
    absl::Duration request_retention = absl::Hours(2);
    // If not empty, the cluster that the data must belong to. The store must then contain data
    // already.
    std::string expected_cluster_uid;
  };

  // Reads all metadata from `store`. At the very first start, creates the cluster's uid, the
  // default virtual cluster and the default pool. `store`, `clock` and `random` must outlive the
  // catalog. Errors: FAILED_PRECONDITION for data of a newer version (kStoreTooNew) or of another
  // cluster (kWrongCluster), DATA_LOSS (kStoreCorrupt) for records that cannot be read, and those
  // of the store.
  static absl::StatusOr<std::unique_ptr<Catalog>> Open(MetadataStore& store, const Clock& clock,
                                                       Random& random, const Options& options);

  // The latest published view. Never nullptr.
  std::shared_ptr<const CatalogView> View() const { return state_.View(); }
  // Identity of this control plane, created at the first start.
  const std::string& cluster_uid() const { return identity_.cluster_uid; }
  // How often a control plane has started on this data, including this start.
  int64_t start_count() const { return identity_.start_count; }

  // Creates a virtual cluster and binds its pool: the given one, else "apn_{id}", which is created
  // unless it exists and is unbound. ALREADY_EXISTS (kVirtualClusterAlreadyExists) if the id is
  // taken, also by a deleted cluster; NOT_FOUND (kAgentPoolNotFound); FAILED_PRECONDITION
  // (kAgentPoolTaken).
  absl::StatusOr<VirtualCluster> CreateVirtualCluster(const std::string& id,
                                                      const VirtualClusterFields& fields,
                                                      const ChangeOptions& options);
  // NOT_FOUND (kVirtualClusterNotFound), also if the cluster is deleted. A pool can be bound only
  // to a cluster that has none: FAILED_PRECONDITION (kImmutableField). Other errors as for
  // creation.
  absl::StatusOr<VirtualCluster> UpdateVirtualCluster(const std::string& id,
                                                      const VirtualClusterFields& fields,
                                                      const ChangeOptions& options);
  // Hides it from agents and clients. Its id and its pool stay taken until it expires or is purged.
  // NOT_FOUND; FAILED_PRECONDITION (kVirtualClusterProtected, kDefaultResource; unless `force`,
  // kVirtualClusterInUse if its pool has agents that are not dead).
  absl::StatusOr<VirtualCluster> DeleteVirtualCluster(const std::string& id, bool force,
                                                      const ChangeOptions& options);
  // NOT_FOUND; FAILED_PRECONDITION (kVirtualClusterNotDeleted).
  absl::StatusOr<VirtualCluster> UndeleteVirtualCluster(const std::string& id,
                                                        const ChangeOptions& options);
  // Removes a deleted cluster for good before it expires, and frees its id and its pool. NOT_FOUND;
  // FAILED_PRECONDITION (kVirtualClusterNotDeleted).
  absl::Status PurgeVirtualCluster(const std::string& id, const ChangeOptions& options);

  // Creates an unbound pool. ALREADY_EXISTS (kAgentPoolAlreadyExists).
  absl::StatusOr<AgentPool> CreateAgentPool(const std::string& id, const AgentPoolFields& fields,
                                            const ChangeOptions& options);
  // NOT_FOUND (kAgentPoolNotFound).
  absl::StatusOr<AgentPool> UpdateAgentPool(const std::string& id, const AgentPoolFields& fields,
                                            const ChangeOptions& options);
  // Deletes a pool for good, including its registrations. NOT_FOUND; FAILED_PRECONDITION
  // (kAgentPoolInUse) if it is bound or has agents, unless `force`; FAILED_PRECONDITION
  // (kDefaultResource) for the default pool.
  absl::Status DeleteAgentPool(const std::string& id, bool force, const ChangeOptions& options);

  // Removes for good, and logs, all that has expired both by the wall clock and by the monotonic
  // clock of this run: deleted virtual clusters and remembered requests. For a periodic task.
  absl::Status PurgeExpired();

 private:
  // Uses CatchUp of the catalog's state.
  friend class Registrations;
  // Makes its changes through the catalog.
  friend class Credentials;

  // Computes a change from a view; called again with a later view if another writer committed
  // first.
  using Compute = std::function<absl::StatusOr<CatalogChange>(const CatalogView& view)>;

  Catalog(MetadataStore& store, const Clock& clock, Random& random, const Options& options);

  // Reads the stored metadata, or stores that of the first start, and counts this start.
  absl::Status Start();
  // Computes, commits and publishes a change, or finds the answer that its request_id already got.
  // The requested resource is the first one of the result.
  absl::StatusOr<CatalogChange> Change(const ChangeRequest& request, bool validate_only,
                                       const Compute& compute);
  // The stored agents of a pool.
  absl::StatusOr<PoolRegistrations> RegistrationsOf(const std::string& pool_id) const;
  // Removes an expired virtual cluster and frees its pool.
  absl::Status Purge(const VirtualCluster& expired);
  bool Expired(const VirtualCluster& cluster) const;

  MetadataStore& store_;
  const Clock& clock_;
  Random& random_;
  const Options options_;
  const RetentionClock retention_;
  RequestLog requests_;
  // Mutable, since catching up with the store changes only its cache.
  mutable CatalogState state_;
  // Constant after Open.
  ClusterIdentity identity_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_CATALOG_H_

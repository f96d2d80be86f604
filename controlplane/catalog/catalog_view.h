#ifndef CONTROLPLANE_CATALOG_CATALOG_VIEW_H_
#define CONTROLPLANE_CATALOG_CATALOG_VIEW_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "controlplane/catalog/catalog_change.h"
#include "controlplane/catalog/chunked_index.h"
#include "controlplane/model/agent_pool.h"
#include "controlplane/model/credential.h"
#include "controlplane/model/virtual_cluster.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// All virtual clusters, agent pools and credentials as of one commit. Immutable once it is
// published; readers need neither a lock nor a disk.
class CatalogView {
 public:
  // A resource and the commit that last changed it.
  template <typename T>
  struct Stored : T {
    Revision revision = 0;
  };

  // An empty view, before the first commit.
  CatalogView() = default;
  // REQUIRES: ids and uids are unique.
  CatalogView(std::vector<std::shared_ptr<const Stored<VirtualCluster>>> virtual_clusters,
              std::vector<std::shared_ptr<const Stored<AgentPool>>> agent_pools,
              std::vector<std::shared_ptr<const Stored<Credential>>> credentials,
              Revision revision);

  // The virtual cluster with that id, name or uid, deleted or not; or nullptr.
  std::shared_ptr<const VirtualCluster> FindVirtualCluster(absl::string_view id_name_or_uid) const;
  // As FindVirtualCluster, but NOT_FOUND (kVirtualClusterNotFound) if there is none.
  absl::StatusOr<std::shared_ptr<const VirtualCluster>> GetVirtualCluster(
      absl::string_view id_name_or_uid) const;
  // The virtual cluster with that id, name or uid, for agents and clients: NOT_FOUND
  // (kVirtualClusterNotFound) if there is none or it is deleted.
  absl::StatusOr<std::shared_ptr<const VirtualCluster>> UsableVirtualCluster(
      absl::string_view id_name_or_uid) const;
  // The pool with that id or name, or nullptr.
  std::shared_ptr<const AgentPool> FindAgentPool(absl::string_view id_or_name) const;
  // As FindAgentPool, but NOT_FOUND (kAgentPoolNotFound) if there is none.
  absl::StatusOr<std::shared_ptr<const AgentPool>> GetAgentPool(absl::string_view id_or_name) const;
  // The virtual cluster that a pool serves. NOT_FOUND (kAgentPoolNotFound); FAILED_PRECONDITION
  // (kAgentPoolMismatch) if it is unbound; NOT_FOUND (kVirtualClusterNotFound) if its cluster is
  // deleted.
  absl::StatusOr<std::shared_ptr<const VirtualCluster>> ClusterOfPool(
      absl::string_view id_or_name) const;

  // The agent key or admin token with that id, expired or not; or nullptr.
  std::shared_ptr<const Credential> FindCredential(absl::string_view id) const;

  // At most `limit` virtual clusters whose ids come after `after_id`, sorted by id; start with an
  // empty `after_id`.
  std::vector<std::shared_ptr<const VirtualCluster>> ListVirtualClusters(absl::string_view after_id,
                                                                         size_t limit,
                                                                         bool show_deleted) const;
  // Pages of pools, as ListVirtualClusters.
  std::vector<std::shared_ptr<const AgentPool>> ListAgentPools(absl::string_view after_id,
                                                               size_t limit) const;

  // Pages of the credentials for which `wanted` is true, as ListVirtualClusters.
  std::vector<std::shared_ptr<const Credential>> ListCredentials(
      absl::string_view after_id, size_t limit,
      const std::function<bool(const Credential&)>& wanted) const;

  // Including deleted ones, until they expire.
  size_t virtual_cluster_count() const { return virtual_clusters_.size(); }
  size_t agent_pool_count() const { return agent_pools_.size(); }
  size_t credential_count() const { return credentials_.size(); }

  // The commit that the view shows, and the ones that last changed a virtual cluster, a pool or a
  // credential; 0 if the id does not exist.
  Revision revision() const { return revision_; }
  Revision VirtualClusterRevision(absl::string_view id) const;
  Revision AgentPoolRevision(absl::string_view id) const;
  Revision CredentialRevision(absl::string_view id) const;

  // The view after `change` is committed as `revision`. Shares unchanged data.
  CatalogView With(const CatalogChange& change, Revision revision) const;

 private:
  using StoredVirtualCluster = Stored<VirtualCluster>;
  using StoredAgentPool = Stored<AgentPool>;
  using StoredCredential = Stored<Credential>;

  ChunkedIndex<StoredVirtualCluster, &VirtualCluster::id> virtual_clusters_;
  ChunkedIndex<StoredVirtualCluster, &VirtualCluster::uid> virtual_clusters_by_uid_;
  ChunkedIndex<StoredAgentPool, &AgentPool::id> agent_pools_;
  ChunkedIndex<StoredCredential, &Credential::id> credentials_;
  Revision revision_ = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_CATALOG_VIEW_H_

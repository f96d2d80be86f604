#include "controlplane/catalog/catalog_view.h"

#include <utility>

#include "absl/strings/match.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/catalog/catalog_errors.h"
#include "controlplane/catalog/uid.h"
#include "controlplane/model/resource_name.h"

namespace bellwether {

CatalogView::CatalogView(std::vector<std::shared_ptr<const StoredVirtualCluster>> virtual_clusters,
                         std::vector<std::shared_ptr<const StoredAgentPool>> agent_pools,
                         std::vector<std::shared_ptr<const StoredCredential>> credentials,
                         Revision revision)
    : virtual_clusters_(virtual_clusters),
      virtual_clusters_by_uid_(std::move(virtual_clusters)),
      agent_pools_(std::move(agent_pools)),
      credentials_(std::move(credentials)),
      revision_(revision) {}

std::shared_ptr<const VirtualCluster> CatalogView::FindVirtualCluster(
    absl::string_view id_name_or_uid) const {
  // A uid is looked for first, so that no id can be chosen to stand in for another one's uid.
  if (absl::StartsWith(id_name_or_uid, kVirtualClusterUidPrefix)) {
    auto by_uid = virtual_clusters_by_uid_.Find(id_name_or_uid);
    if (by_uid != nullptr) return by_uid;
  }
  return virtual_clusters_.Find(StripVirtualClusterCollection(id_name_or_uid));
}

absl::StatusOr<std::shared_ptr<const VirtualCluster>> CatalogView::GetVirtualCluster(
    absl::string_view id_name_or_uid) const {
  auto cluster = FindVirtualCluster(id_name_or_uid);
  if (cluster == nullptr) return VirtualClusterNotFound(id_name_or_uid);
  return cluster;
}

absl::StatusOr<std::shared_ptr<const VirtualCluster>> CatalogView::UsableVirtualCluster(
    absl::string_view id_name_or_uid) const {
  ASSIGN_OR_RETURN(auto cluster, GetVirtualCluster(id_name_or_uid));
  if (cluster->deleted()) return VirtualClusterIsDeleted(*cluster);
  return cluster;
}

std::shared_ptr<const AgentPool> CatalogView::FindAgentPool(absl::string_view id_or_name) const {
  return agent_pools_.Find(StripAgentPoolCollection(id_or_name));
}

absl::StatusOr<std::shared_ptr<const AgentPool>> CatalogView::GetAgentPool(
    absl::string_view id_or_name) const {
  auto pool = FindAgentPool(id_or_name);
  if (pool == nullptr) return AgentPoolNotFound(id_or_name);
  return pool;
}

absl::StatusOr<std::shared_ptr<const VirtualCluster>> CatalogView::ClusterOfPool(
    absl::string_view id_or_name) const {
  ASSIGN_OR_RETURN(const auto pool, GetAgentPool(id_or_name));
  if (pool->virtual_cluster_ids.empty()) return AgentPoolIsUnbound(pool->id);
  return UsableVirtualCluster(FormatVirtualClusterName(pool->virtual_cluster_ids.front()));
}

std::shared_ptr<const Credential> CatalogView::FindCredential(absl::string_view id) const {
  return credentials_.Find(id);
}

std::vector<std::shared_ptr<const VirtualCluster>> CatalogView::ListVirtualClusters(
    absl::string_view after_id, size_t limit, bool show_deleted) const {
  std::vector<std::shared_ptr<const VirtualCluster>> listed;
  virtual_clusters_.VisitAfter(after_id, [&](const std::shared_ptr<const VirtualCluster>& cluster) {
    if (listed.size() == limit) return false;
    if (show_deleted || !cluster->deleted()) listed.push_back(cluster);
    return true;
  });
  return listed;
}

std::vector<std::shared_ptr<const AgentPool>> CatalogView::ListAgentPools(
    absl::string_view after_id, size_t limit) const {
  std::vector<std::shared_ptr<const AgentPool>> listed;
  agent_pools_.VisitAfter(after_id, [&](const std::shared_ptr<const AgentPool>& pool) {
    if (listed.size() == limit) return false;
    listed.push_back(pool);
    return true;
  });
  return listed;
}

std::vector<std::shared_ptr<const Credential>> CatalogView::ListCredentials(
    absl::string_view after_id, size_t limit,
    const std::function<bool(const Credential&)>& wanted) const {
  std::vector<std::shared_ptr<const Credential>> listed;
  credentials_.VisitAfter(after_id, [&](const std::shared_ptr<const Credential>& credential) {
    if (listed.size() == limit) return false;
    if (wanted(*credential)) listed.push_back(credential);
    return true;
  });
  return listed;
}

Revision CatalogView::VirtualClusterRevision(absl::string_view id) const {
  const auto cluster = virtual_clusters_.Find(id);
  return cluster == nullptr ? 0 : cluster->revision;
}

Revision CatalogView::AgentPoolRevision(absl::string_view id) const {
  const auto pool = agent_pools_.Find(id);
  return pool == nullptr ? 0 : pool->revision;
}

Revision CatalogView::CredentialRevision(absl::string_view id) const {
  const auto credential = credentials_.Find(id);
  return credential == nullptr ? 0 : credential->revision;
}

CatalogView CatalogView::With(const CatalogChange& change, Revision revision) const {
  CatalogView view = *this;
  view.revision_ = revision;
  const auto forget_uid = [&view](absl::string_view id) {
    const auto before = view.virtual_clusters_.Find(id);
    if (before != nullptr) view.virtual_clusters_by_uid_.Erase(before->uid);
  };
  for (const VirtualCluster& cluster : change.virtual_clusters) {
    forget_uid(cluster.id);
    auto stored =
        std::make_shared<const StoredVirtualCluster>(StoredVirtualCluster{cluster, revision});
    view.virtual_clusters_.Put(stored);
    view.virtual_clusters_by_uid_.Put(std::move(stored));
  }
  for (const std::string& id : change.removed_virtual_clusters) {
    forget_uid(id);
    view.virtual_clusters_.Erase(id);
  }
  for (const AgentPool& pool : change.agent_pools) {
    view.agent_pools_.Put(std::make_shared<const StoredAgentPool>(StoredAgentPool{pool, revision}));
  }
  for (const std::string& id : change.removed_agent_pools) view.agent_pools_.Erase(id);
  for (const Credential& credential : change.credentials) {
    view.credentials_.Put(
        std::make_shared<const StoredCredential>(StoredCredential{credential, revision}));
  }
  for (const std::string& id : change.removed_credentials) view.credentials_.Erase(id);
  return view;
}

}  // namespace bellwether

#include "controlplane/catalog/catalog_change.h"

#include "controlplane/catalog/etag.h"
#include "controlplane/catalog/keys.h"
#include "controlplane/catalog/record_codec.h"

namespace bellwether {

Transaction ToTransaction(const CatalogChange& change) {
  Transaction transaction{change.preconditions, change.other_mutations};
  for (const VirtualCluster& cluster : change.virtual_clusters) {
    transaction.mutations.push_back({VirtualClusterKey(cluster.id), EncodeVirtualCluster(cluster)});
  }
  for (const AgentPool& pool : change.agent_pools) {
    transaction.mutations.push_back({AgentPoolKey(pool.id), EncodeAgentPool(pool)});
  }
  for (const Credential& credential : change.credentials) {
    transaction.mutations.push_back({CredentialKey(credential.id), EncodeCredential(credential)});
  }
  for (const std::string& id : change.removed_virtual_clusters) {
    transaction.mutations.push_back({VirtualClusterKey(id), std::nullopt});
  }
  for (const std::string& id : change.removed_agent_pools) {
    transaction.mutations.push_back({AgentPoolKey(id), std::nullopt});
  }
  for (const std::string& id : change.removed_credentials) {
    transaction.mutations.push_back({CredentialKey(id), std::nullopt});
  }
  return transaction;
}

void SetEtags(CatalogChange& change, Revision revision) {
  for (VirtualCluster& cluster : change.virtual_clusters) {
    cluster.etag = MakeEtag(cluster.uid, revision);
  }
  for (AgentPool& pool : change.agent_pools) pool.etag = MakeEtag(pool.uid, revision);
}

}  // namespace bellwether

#ifndef CONTROLPLANE_CATALOG_CATALOG_CHANGE_H_
#define CONTROLPLANE_CATALOG_CATALOG_CHANGE_H_

#include <string>
#include <vector>

#include "controlplane/model/agent_pool.h"
#include "controlplane/model/credential.h"
#include "controlplane/model/virtual_cluster.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// The content of one commit of the catalog, and its preconditions.
struct CatalogChange {
  // At least one for each record that the change was computed from.
  std::vector<Precondition> preconditions;
  // Resources as the change leaves them; the requested one comes first.
  std::vector<VirtualCluster> virtual_clusters;
  std::vector<AgentPool> agent_pools;
  std::vector<Credential> credentials;
  // Ids of the removed ones.
  std::vector<std::string> removed_virtual_clusters;
  std::vector<std::string> removed_agent_pools;
  std::vector<std::string> removed_credentials;
  // Other mutations of the same commit, which no view shows.
  std::vector<Mutation> other_mutations;
};

// Converts to a transaction of the store. Pure.
Transaction ToTransaction(const CatalogChange& change);

// Sets the etag of every resource of `change` to the one that it has after the commit `revision`.
void SetEtags(CatalogChange& change, Revision revision);

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_CATALOG_CHANGE_H_

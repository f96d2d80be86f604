#ifndef CONTROLPLANE_CATALOG_CATALOG_CHANGE_H_
#define CONTROLPLANE_CATALOG_CATALOG_CHANGE_H_

#include <string>
#include <vector>

#include "controlplane/model/agent_pool.h"
#include "controlplane/model/credential.h"
#include "controlplane/model/virtual_cluster.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// What one commit does to the catalog, and what must hold for it. A value.
struct CatalogChange {
  // At least one for everything that the change was computed from.
  std::vector<Precondition> preconditions;
  // Resources as the change leaves them; the one that was asked for comes first.
  std::vector<VirtualCluster> virtual_clusters;
  std::vector<AgentPool> agent_pools;
  std::vector<Credential> credentials;
  // Ids of what it removes.
  std::vector<std::string> removed_virtual_clusters;
  std::vector<std::string> removed_agent_pools;
  std::vector<std::string> removed_credentials;
  // What else is in the same commit and no view shows.
  std::vector<Mutation> other_mutations;
};

// The same for the store. Pure.
Transaction ToTransaction(const CatalogChange& change);

// Gives every resource of `change` the etag that it has once the change is committed as `revision`.
void SetEtags(CatalogChange& change, Revision revision);

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_CATALOG_CHANGE_H_

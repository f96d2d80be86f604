#ifndef CONTROLPLANE_CATALOG_PLACEMENT_H_
#define CONTROLPLANE_CATALOG_PLACEMENT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "controlplane/catalog/catalog_view.h"

namespace bellwether {

// The pool that an agent joins and the virtual cluster that it then serves.
struct Placement {
  std::shared_ptr<const AgentPool> pool;
  std::shared_ptr<const VirtualCluster> cluster;
};

// The placement of an agent that is configured with `agent_pool` (id or name; empty for the default
// pool) and `virtual_cluster` (id, name or uid; empty for the pool's). NOT_FOUND
// (kAgentPoolNotFound, kVirtualClusterNotFound) or FAILED_PRECONDITION (kAgentPoolMismatch): the
// agent will refuse to start, so the message says how to configure it. Pure.
absl::StatusOr<Placement> Place(const CatalogView& view, const std::string& agent_pool,
                                const std::string& virtual_cluster);

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_PLACEMENT_H_

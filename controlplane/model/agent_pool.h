#ifndef CONTROLPLANE_MODEL_AGENT_POOL_H_
#define CONTROLPLANE_MODEL_AGENT_POOL_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "controlplane/model/labels.h"

namespace bellwether {

// The agents, and so the CPU, memory and network, that serve a virtual cluster.
struct AgentPool {
  std::string id;
  // "api_..."; never reused, even for the same id.
  std::string uid;
  std::string display_name;
  // Ids of the bound virtual clusters: at most one today; several will share a pool later.
  std::vector<std::string> virtual_cluster_ids;
  absl::Time create_time;
  absl::Time update_time;
  Labels labels;
  // Agents never redirect clients to another agent.
  bool redirects_disabled = false;
  std::string etag;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MODEL_AGENT_POOL_H_

#ifndef CONTROLPLANE_MODEL_VIRTUAL_CLUSTER_H_
#define CONTROLPLANE_MODEL_VIRTUAL_CLUSTER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "controlplane/model/labels.h"
#include "controlplane/model/strategy.h"
#include "controlplane/model/zone_cidr.h"

namespace bellwether {

// A logical unit of data and metadata.
struct VirtualCluster {
  std::string id;
  // "vci_..."; never reused, even for the same id.
  std::string uid;
  std::string display_name;
  // Id of the bound pool; empty if it has none.
  std::string agent_pool_id;
  std::optional<Strategy> default_strategy;
  absl::Time create_time;
  absl::Time update_time;
  // Both are set if the cluster is deleted; at expire_time it is removed for good.
  std::optional<absl::Time> delete_time;
  std::optional<absl::Time> expire_time;
  bool deletion_protection = false;
  Labels labels;
  // Under single_agent a client keeps its agent while that agent is about as good as any other.
  bool single_agent_sticky = false;
  // Maps client addresses to zones.
  std::vector<ZoneCidr> zone_cidrs;
  // Clients of an agent group without a live agent are served by the rest of the pool.
  bool agent_group_fallback = false;
  // Maximum number of brokers in an answer; 0: no limit.
  int32_t max_listed_brokers = 0;
  std::string etag;

  bool deleted() const { return delete_time.has_value(); }
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MODEL_VIRTUAL_CLUSTER_H_

#ifndef CONTROLPLANE_MODEL_RESOURCE_NAME_H_
#define CONTROLPLANE_MODEL_RESOURCE_NAME_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bellwether {

// Resource names and the ids in them. Pure functions.

inline constexpr absl::string_view kDefaultVirtualClusterId = "vcn_default";
inline constexpr absl::string_view kDefaultAgentPoolId = "apn_default";
// Prefix of the id of a pool that was created along with a virtual cluster; the cluster's id
// follows.
inline constexpr absl::string_view kAgentPoolIdPrefix = "apn_";

// OK if `id` is [a-z]([a-z0-9_-]{0,61}[a-z0-9])?; else INVALID_ARGUMENT (kInvalidResourceId),
// naming `field`.
absl::Status ValidateResourceId(absl::string_view field, absl::string_view id);

// OK if `agent_id` is 1 to 128 of [A-Za-z0-9._-]; else INVALID_ARGUMENT (kInvalidResourceId).
absl::Status ValidateAgentId(absl::string_view agent_id);

std::string FormatVirtualClusterName(absl::string_view id);
std::string FormatAgentPoolName(absl::string_view id);
std::string FormatAgentName(absl::string_view pool_id, absl::string_view agent_id);

// The id in "virtualClusters/{id}" or "agentPools/{id}". INVALID_ARGUMENT (kInvalidResourceName),
// with `field` and an example, if the name has another form.
absl::StatusOr<std::string> ParseVirtualClusterName(absl::string_view field,
                                                    absl::string_view name);
absl::StatusOr<std::string> ParseAgentPoolName(absl::string_view field, absl::string_view name);

// The identity of an agent: its pool and its id.
struct AgentKey {
  std::string agent_pool_id;
  std::string agent_id;

  friend bool operator==(const AgentKey& a, const AgentKey& b) {
    return a.agent_pool_id == b.agent_pool_id && a.agent_id == b.agent_id;
  }
  template <typename H>
  friend H AbslHashValue(H h, const AgentKey& key) {
    return H::combine(std::move(h), key.agent_pool_id, key.agent_id);
  }
};

// The parts of "agentPools/{pool}/agents/{agent_id}"; errors as above.
absl::StatusOr<AgentKey> ParseAgentName(absl::string_view field, absl::string_view name);

// Removes "virtualClusters/" or "agentPools/" if present: agents and people may give an id or a
// full name. The rest is not validated: it is looked up.
absl::string_view StripVirtualClusterCollection(absl::string_view id_or_name);
absl::string_view StripAgentPoolCollection(absl::string_view id_or_name);

}  // namespace bellwether

#endif  // CONTROLPLANE_MODEL_RESOURCE_NAME_H_

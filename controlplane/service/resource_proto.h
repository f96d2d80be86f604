#ifndef CONTROLPLANE_SERVICE_RESOURCE_PROTO_H_
#define CONTROLPLANE_SERVICE_RESOURCE_PROTO_H_

#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "bellwether/v1/agent_pool.pb.h"
#include "bellwether/v1/virtual_cluster.pb.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/model/agent_pool.h"
#include "controlplane/model/virtual_cluster.h"

namespace bellwether {

// Converts resources between wire and model. Pure functions.

v1::VirtualCluster ToProto(const VirtualCluster& cluster);
v1::AgentPool ToProto(const AgentPool& pool);

// Fields that admins may set, by their names in a field mask.
inline constexpr const char* kVirtualClusterFields[] = {"display_name",
                                                        "agent_pool",
                                                        "default_partition_assignment_strategy",
                                                        "deletion_protection",
                                                        "labels",
                                                        "single_agent_sticky",
                                                        "zone_cidrs",
                                                        "agent_group_fallback",
                                                        "max_listed_brokers"};
inline constexpr const char* kAgentPoolFields[] = {"display_name", "labels", "redirects_disabled"};

// The values that a request sets for `fields`. INVALID_ARGUMENT for an invalid value.
absl::StatusOr<VirtualClusterFields> FromProto(const v1::VirtualCluster& cluster,
                                               const std::set<std::string>& fields);
absl::StatusOr<AgentPoolFields> FromProto(const v1::AgentPool& pool,
                                          const std::set<std::string>& fields);

// The options of a change, from any request that has these fields. INVALID_ARGUMENT
// (kInvalidRequestId) for a request_id that is too long.
absl::StatusOr<ChangeOptions> ToChangeOptions(bool validate_only, const std::string& request_id,
                                              const std::string& etag);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_RESOURCE_PROTO_H_

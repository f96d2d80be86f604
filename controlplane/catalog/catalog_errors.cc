#include "controlplane/catalog/catalog_errors.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "controlplane/model/error.h"
#include "controlplane/model/resource_name.h"

namespace bellwether {

absl::Status VirtualClusterNotFound(absl::string_view id_name_or_uid) {
  const absl::string_view id = StripVirtualClusterCollection(id_name_or_uid);
  return MakeError(absl::StatusCode::kNotFound, Reason::kVirtualClusterNotFound,
                   absl::StrCat("virtualClusters/", Excerpt(id),
                                " does not exist; ListVirtualClusters lists the virtual clusters"),
                   {{"virtual_cluster", Excerpt(id)}});
}

absl::Status VirtualClusterIsDeleted(const VirtualCluster& cluster) {
  const std::string until = FormatUtc(cluster.expire_time.value_or(absl::InfiniteFuture()));
  return MakeError(absl::StatusCode::kNotFound, Reason::kVirtualClusterNotFound,
                   absl::StrCat(FormatVirtualClusterName(cluster.id),
                                " is deleted; UndeleteVirtualCluster can restore it until ", until),
                   {{"virtual_cluster", cluster.id}, {"expire_time", until}});
}

absl::Status HasNoAgentPool(const VirtualCluster& cluster) {
  const std::string name = FormatVirtualClusterName(cluster.id);
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kVirtualClusterHasNoAgentPool,
                   absl::StrCat(name, " has no agent pool; bind one with UpdateVirtualCluster"),
                   {{"virtual_cluster", name}});
}

absl::Status AgentPoolNotFound(absl::string_view id_or_name) {
  const absl::string_view id = StripAgentPoolCollection(id_or_name);
  return MakeError(
      absl::StatusCode::kNotFound, Reason::kAgentPoolNotFound,
      absl::StrCat("agentPools/", Excerpt(id),
                   " does not exist; create it with CreateAgentPool, or use a pool from "
                   "ListAgentPools"),
      {{"agent_pool", Excerpt(id)}});
}

absl::Status AgentPoolIsUnbound(absl::string_view id) {
  const std::string name = FormatAgentPoolName(id);
  return MakeError(
      absl::StatusCode::kFailedPrecondition, Reason::kAgentPoolMismatch,
      absl::StrCat(name, " is not bound to a virtual cluster; create one with agent_pool=", name,
                   ", or set -agentPoolName to a pool that is bound"),
      {{"agent_pool", std::string(id)}});
}

absl::Status CheckEtag(absl::string_view resource_name, absl::string_view wanted,
                       absl::string_view etag) {
  if (wanted.empty() || wanted == etag) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kAborted, Reason::kEtagMismatch,
      absl::StrCat(resource_name, " has changed: its etag is \"", etag, "\", not \"",
                   Excerpt(wanted), "\"; read the resource again and repeat the change"),
      {{"resource", std::string(resource_name)}, {"etag", std::string(etag)}});
}

absl::Status TooMany(absl::string_view things, size_t limit, absl::string_view remedy) {
  return MakeError(absl::StatusCode::kResourceExhausted, Reason::kLimitExceeded,
                   absl::StrCat("there are ", limit, " ", things, ", which is the limit; ", remedy),
                   {{"limit", absl::StrCat(limit)}});
}

std::string FormatUtc(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

}  // namespace bellwether

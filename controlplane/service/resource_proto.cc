#include "controlplane/service/resource_proto.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"
#include "controlplane/model/resource_name.h"
#include "controlplane/service/time_proto.h"

namespace bellwether {

v1::VirtualCluster ToProto(const VirtualCluster& cluster) {
  v1::VirtualCluster proto;
  proto.set_name(FormatVirtualClusterName(cluster.id));
  proto.set_uid(cluster.uid);
  proto.set_display_name(cluster.display_name);
  if (!cluster.agent_pool_id.empty()) {
    proto.set_agent_pool(FormatAgentPoolName(cluster.agent_pool_id));
  }
  if (cluster.default_strategy.has_value()) {
    proto.set_default_partition_assignment_strategy(
        std::string(StrategyName(*cluster.default_strategy)));
  }
  proto.set_state(cluster.deleted() ? v1::VirtualCluster::STATE_DELETED
                                    : v1::VirtualCluster::STATE_ACTIVE);
  *proto.mutable_create_time() = ToProto(cluster.create_time);
  *proto.mutable_update_time() = ToProto(cluster.update_time);
  if (cluster.delete_time.has_value()) *proto.mutable_delete_time() = ToProto(*cluster.delete_time);
  if (cluster.expire_time.has_value()) *proto.mutable_expire_time() = ToProto(*cluster.expire_time);
  proto.set_etag(cluster.etag);
  proto.set_deletion_protection(cluster.deletion_protection);
  proto.mutable_labels()->insert(cluster.labels.begin(), cluster.labels.end());
  proto.set_single_agent_sticky(cluster.single_agent_sticky);
  for (const ZoneCidr& cidr : cluster.zone_cidrs) {
    v1::ZoneCidr& added = *proto.add_zone_cidrs();
    added.set_cidr(cidr.cidr);
    added.set_zone(cidr.zone);
  }
  proto.set_agent_group_fallback(cluster.agent_group_fallback);
  proto.set_max_listed_brokers(cluster.max_listed_brokers);
  return proto;
}

v1::AgentPool ToProto(const AgentPool& pool) {
  v1::AgentPool proto;
  proto.set_name(FormatAgentPoolName(pool.id));
  proto.set_uid(pool.uid);
  proto.set_display_name(pool.display_name);
  for (const std::string& id : pool.virtual_cluster_ids) {
    proto.add_virtual_clusters(FormatVirtualClusterName(id));
  }
  proto.set_state(v1::AgentPool::STATE_ACTIVE);
  *proto.mutable_create_time() = ToProto(pool.create_time);
  *proto.mutable_update_time() = ToProto(pool.update_time);
  proto.set_etag(pool.etag);
  proto.mutable_labels()->insert(pool.labels.begin(), pool.labels.end());
  proto.set_redirects_disabled(pool.redirects_disabled);
  return proto;
}

namespace {

absl::StatusOr<std::vector<ZoneCidr>> ZoneCidrsOf(const v1::VirtualCluster& cluster) {
  std::vector<ZoneCidr> cidrs;
  cidrs.reserve(static_cast<size_t>(cluster.zone_cidrs_size()));
  for (const v1::ZoneCidr& cidr : cluster.zone_cidrs()) {
    ASSIGN_OR_RETURN(ZoneCidr parsed, ParseZoneCidr(cidr.cidr(), cidr.zone()));
    cidrs.push_back(std::move(parsed));
  }
  return cidrs;
}

}  // namespace

absl::StatusOr<VirtualClusterFields> FromProto(const v1::VirtualCluster& cluster,
                                               const std::set<std::string>& fields) {
  VirtualClusterFields result;
  if (fields.count("display_name") > 0) result.display_name = cluster.display_name();
  if (fields.count("agent_pool") > 0 && !cluster.agent_pool().empty()) {
    ASSIGN_OR_RETURN(result.agent_pool_id,
                     ParseAgentPoolName("virtual_cluster.agent_pool", cluster.agent_pool()));
  }
  if (fields.count("default_partition_assignment_strategy") > 0) {
    ASSIGN_OR_RETURN(result.default_strategy,
                     ParseStrategy("virtual_cluster.default_partition_assignment_strategy",
                                   cluster.default_partition_assignment_strategy()));
  }
  if (fields.count("deletion_protection") > 0) {
    result.deletion_protection = cluster.deletion_protection();
  }
  if (fields.count("labels") > 0) {
    result.labels = Labels(cluster.labels().begin(), cluster.labels().end());
  }
  if (fields.count("single_agent_sticky") > 0) {
    result.single_agent_sticky = cluster.single_agent_sticky();
  }
  if (fields.count("zone_cidrs") > 0) {
    ASSIGN_OR_RETURN(result.zone_cidrs, ZoneCidrsOf(cluster));
  }
  if (fields.count("agent_group_fallback") > 0) {
    result.agent_group_fallback = cluster.agent_group_fallback();
  }
  if (fields.count("max_listed_brokers") > 0) {
    result.max_listed_brokers = cluster.max_listed_brokers();
  }
  return result;
}

absl::StatusOr<AgentPoolFields> FromProto(const v1::AgentPool& pool,
                                          const std::set<std::string>& fields) {
  AgentPoolFields result;
  if (fields.count("display_name") > 0) result.display_name = pool.display_name();
  if (fields.count("labels") > 0) {
    result.labels = Labels(pool.labels().begin(), pool.labels().end());
  }
  if (fields.count("redirects_disabled") > 0) {
    result.redirects_disabled = pool.redirects_disabled();
  }
  return result;
}

absl::StatusOr<ChangeOptions> ToChangeOptions(bool validate_only, const std::string& request_id,
                                              const std::string& etag) {
  if (request_id.size() > kMaxRequestIdLength) {
    return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidRequestId,
                     absl::StrCat("request_id has ", request_id.size(), " bytes: at most ",
                                  kMaxRequestIdLength, "; a UUID is a good one"),
                     {{"field", "request_id"}});
  }
  ChangeOptions options;
  options.validate_only = validate_only;
  options.request_id = request_id;
  options.etag = etag;
  return options;
}

}  // namespace bellwether

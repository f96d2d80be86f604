#include "controlplane/catalog/record_codec.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bellwether/storage/v1/records.pb.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/catalog/etag.h"
#include "controlplane/catalog/keys.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

namespace disk = ::bellwether::storage::v1;

absl::Status Corrupt(const StoredEntry& entry, absl::string_view what) {
  return MakeError(absl::StatusCode::kDataLoss, Reason::kStoreCorrupt,
                   absl::StrCat("the record \"", Excerpt(entry.key), "\" cannot be read: ", what,
                                "; restore the data from a backup"),
                   {{"key", Excerpt(entry.key)}});
}

template <typename Record>
absl::StatusOr<Record> Parse(const StoredEntry& entry) {
  Record record;
  if (!record.ParseFromString(entry.value)) return Corrupt(entry, "it is damaged");
  return record;
}

void SetTime(absl::Time time, google::protobuf::Timestamp& proto) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  proto.set_seconds(seconds);
  proto.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

absl::Time ToTime(const google::protobuf::Timestamp& proto) {
  return absl::FromUnixSeconds(proto.seconds()) + absl::Nanoseconds(proto.nanos());
}

void SetStrategy(const std::optional<Strategy>& strategy, std::string& name) {
  if (strategy.has_value()) name = std::string(StrategyName(*strategy));
}

absl::StatusOr<std::optional<Strategy>> ToStrategy(const StoredEntry& entry,
                                                   const std::string& name) {
  if (name.empty()) return std::optional<Strategy>();
  const std::optional<Strategy> strategy = FindStrategy(name);
  if (!strategy.has_value()) {
    return Corrupt(entry, absl::StrCat("unknown strategy \"", Excerpt(name), "\""));
  }
  return strategy;
}

disk::VirtualClusterRecord ToRecord(const VirtualCluster& cluster) {
  disk::VirtualClusterRecord record;
  record.set_id(cluster.id);
  record.set_uid(cluster.uid);
  record.set_display_name(cluster.display_name);
  record.set_agent_pool_id(cluster.agent_pool_id);
  SetStrategy(cluster.default_strategy, *record.mutable_default_partition_assignment_strategy());
  SetTime(cluster.create_time, *record.mutable_create_time());
  SetTime(cluster.update_time, *record.mutable_update_time());
  if (cluster.delete_time.has_value()) {
    SetTime(*cluster.delete_time, *record.mutable_delete_time());
  }
  if (cluster.expire_time.has_value()) {
    SetTime(*cluster.expire_time, *record.mutable_expire_time());
  }
  record.set_deletion_protection(cluster.deletion_protection);
  record.mutable_labels()->insert(cluster.labels.begin(), cluster.labels.end());
  record.set_single_agent_sticky(cluster.single_agent_sticky);
  for (const ZoneCidr& cidr : cluster.zone_cidrs) {
    disk::ZoneCidrRecord& added = *record.add_zone_cidrs();
    added.set_cidr(cidr.cidr);
    added.set_zone(cidr.zone);
  }
  record.set_agent_group_fallback(cluster.agent_group_fallback);
  record.set_max_listed_brokers(cluster.max_listed_brokers);
  return record;
}

absl::StatusOr<VirtualCluster> FromRecord(const StoredEntry& entry,
                                          const disk::VirtualClusterRecord& record) {
  if (record.id().empty() || record.uid().empty()) return Corrupt(entry, "it has no id or no uid");
  if (record.has_delete_time() != record.has_expire_time()) {
    return Corrupt(entry, "it has only one of delete_time and expire_time");
  }
  VirtualCluster cluster;
  cluster.id = record.id();
  cluster.uid = record.uid();
  cluster.display_name = record.display_name();
  cluster.agent_pool_id = record.agent_pool_id();
  ASSIGN_OR_RETURN(cluster.default_strategy,
                   ToStrategy(entry, record.default_partition_assignment_strategy()));
  cluster.create_time = ToTime(record.create_time());
  cluster.update_time = ToTime(record.update_time());
  if (record.has_delete_time()) cluster.delete_time = ToTime(record.delete_time());
  if (record.has_expire_time()) cluster.expire_time = ToTime(record.expire_time());
  cluster.deletion_protection = record.deletion_protection();
  cluster.labels = Labels(record.labels().begin(), record.labels().end());
  cluster.single_agent_sticky = record.single_agent_sticky();
  for (const disk::ZoneCidrRecord& stored : record.zone_cidrs()) {
    absl::StatusOr<ZoneCidr> cidr = ParseZoneCidr(stored.cidr(), stored.zone());
    if (!cidr.ok()) return Corrupt(entry, cidr.status().message());
    cluster.zone_cidrs.push_back(*std::move(cidr));
  }
  cluster.agent_group_fallback = record.agent_group_fallback();
  cluster.max_listed_brokers = record.max_listed_brokers();
  cluster.etag = MakeEtag(cluster.uid, entry.revision);
  return cluster;
}

disk::AgentPoolRecord ToRecord(const AgentPool& pool) {
  disk::AgentPoolRecord record;
  record.set_id(pool.id);
  record.set_uid(pool.uid);
  record.set_display_name(pool.display_name);
  for (const std::string& id : pool.virtual_cluster_ids) record.add_virtual_cluster_ids(id);
  SetTime(pool.create_time, *record.mutable_create_time());
  SetTime(pool.update_time, *record.mutable_update_time());
  record.mutable_labels()->insert(pool.labels.begin(), pool.labels.end());
  record.set_redirects_disabled(pool.redirects_disabled);
  return record;
}

absl::StatusOr<AgentPool> FromRecord(const StoredEntry& entry,
                                     const disk::AgentPoolRecord& record) {
  if (record.id().empty() || record.uid().empty()) return Corrupt(entry, "it has no id or no uid");
  AgentPool pool;
  pool.id = record.id();
  pool.uid = record.uid();
  pool.display_name = record.display_name();
  pool.virtual_cluster_ids.assign(record.virtual_cluster_ids().begin(),
                                  record.virtual_cluster_ids().end());
  pool.create_time = ToTime(record.create_time());
  pool.update_time = ToTime(record.update_time());
  pool.labels = Labels(record.labels().begin(), record.labels().end());
  pool.redirects_disabled = record.redirects_disabled();
  pool.etag = MakeEtag(pool.uid, entry.revision);
  return pool;
}

disk::CredentialRecord ToRecord(const Credential& credential) {
  disk::CredentialRecord record;
  record.set_id(credential.id);
  record.set_secret_hash(credential.secret_hash);
  record.set_display_name(credential.display_name);
  record.mutable_labels()->insert(credential.labels.begin(), credential.labels.end());
  SetTime(credential.create_time, *record.mutable_create_time());
  if (credential.expire_time.has_value()) {
    SetTime(*credential.expire_time, *record.mutable_expire_time());
  }
  if (const auto* agent = std::get_if<AgentGrant>(&credential.grant)) {
    record.mutable_agent()->set_virtual_cluster_id(agent->virtual_cluster_id);
    record.mutable_agent()->set_virtual_cluster_uid(agent->virtual_cluster_uid);
  } else {
    const AdminGrant& admin = std::get<AdminGrant>(credential.grant);
    record.mutable_admin()->set_role(std::string(AdminRoleName(admin.role)));
  }
  return record;
}

absl::StatusOr<Credential> FromRecord(const StoredEntry& entry,
                                      const disk::CredentialRecord& record) {
  if (record.id().empty() || record.secret_hash().empty()) {
    return Corrupt(entry, "it has no id or no hash");
  }
  Credential credential;
  credential.id = record.id();
  credential.secret_hash = record.secret_hash();
  credential.display_name = record.display_name();
  credential.labels = Labels(record.labels().begin(), record.labels().end());
  credential.create_time = ToTime(record.create_time());
  if (record.has_expire_time()) credential.expire_time = ToTime(record.expire_time());
  if (record.has_agent()) {
    credential.grant =
        AgentGrant{record.agent().virtual_cluster_id(), record.agent().virtual_cluster_uid()};
    return credential;
  }
  const std::optional<AdminRole> role = FindAdminRole(record.admin().role());
  if (!role.has_value()) {
    return Corrupt(entry, absl::StrCat("unknown role \"", Excerpt(record.admin().role()), "\""));
  }
  credential.grant = AdminGrant{*role};
  return credential;
}

// The roles and the address of an agent, which the model knows as more than text.
absl::Status ReadTyped(const StoredEntry& entry, const disk::RegistrationRecord& record,
                       AgentSpec& spec) {
  const absl::StatusOr<HostPort> address = ParseHostPort("address", record.address());
  if (!address.ok()) return Corrupt(entry, address.status().message());
  spec.address = *address;
  for (const std::string& name : record.roles()) {
    const std::optional<AgentRole> role = FindAgentRole(name);
    if (!role.has_value())
      return Corrupt(entry, absl::StrCat("unknown role \"", Excerpt(name), "\""));
    spec.roles.push_back(*role);
  }
  ASSIGN_OR_RETURN(spec.default_strategy,
                   ToStrategy(entry, record.default_partition_assignment_strategy()));
  return absl::OkStatus();
}

}  // namespace

std::string EncodeClusterIdentity(const ClusterIdentity& identity) {
  disk::ClusterRecord record;
  record.set_cluster_uid(identity.cluster_uid);
  record.set_schema_version(identity.schema_version);
  SetTime(identity.create_time, *record.mutable_create_time());
  record.set_start_count(identity.start_count);
  return record.SerializeAsString();
}

absl::StatusOr<ClusterIdentity> DecodeClusterIdentity(const StoredEntry& entry) {
  ASSIGN_OR_RETURN(const auto record, Parse<disk::ClusterRecord>(entry));
  if (record.cluster_uid().empty() || record.schema_version() < 1) {
    return Corrupt(entry, "it has no cluster uid or no schema version");
  }
  return ClusterIdentity{record.cluster_uid(), record.schema_version(),
                         ToTime(record.create_time()), record.start_count()};
}

std::string EncodeVirtualCluster(const VirtualCluster& cluster) {
  return ToRecord(cluster).SerializeAsString();
}

absl::StatusOr<VirtualCluster> DecodeVirtualCluster(const StoredEntry& entry) {
  ASSIGN_OR_RETURN(const auto record, Parse<disk::VirtualClusterRecord>(entry));
  if (record.id() != ParseVirtualClusterKey(entry.key)) {
    return Corrupt(entry, absl::StrCat("it belongs to ", Excerpt(record.id())));
  }
  return FromRecord(entry, record);
}

std::string EncodeAgentPool(const AgentPool& pool) { return ToRecord(pool).SerializeAsString(); }

absl::StatusOr<AgentPool> DecodeAgentPool(const StoredEntry& entry) {
  ASSIGN_OR_RETURN(const auto record, Parse<disk::AgentPoolRecord>(entry));
  if (record.id() != ParseAgentPoolKey(entry.key)) {
    return Corrupt(entry, absl::StrCat("it belongs to ", Excerpt(record.id())));
  }
  return FromRecord(entry, record);
}

std::string EncodeCredential(const Credential& credential) {
  return ToRecord(credential).SerializeAsString();
}

absl::StatusOr<Credential> DecodeCredential(const StoredEntry& entry) {
  ASSIGN_OR_RETURN(const auto record, Parse<disk::CredentialRecord>(entry));
  if (record.id() != ParseCredentialKey(entry.key)) {
    return Corrupt(entry, absl::StrCat("it belongs to ", Excerpt(record.id())));
  }
  return FromRecord(entry, record);
}

std::string EncodeAnsweredRequest(const AnsweredRequest& request) {
  disk::RequestRecord record;
  record.set_method(request.method);
  record.set_resource_id(request.resource_id);
  record.set_fingerprint(request.fingerprint);
  SetTime(request.expire_time, *record.mutable_expire_time());
  if (const auto* cluster = std::get_if<VirtualCluster>(&request.answer)) {
    *record.mutable_virtual_cluster() = ToRecord(*cluster);
  } else if (const auto* pool = std::get_if<AgentPool>(&request.answer)) {
    *record.mutable_agent_pool() = ToRecord(*pool);
  } else if (const auto* credential = std::get_if<Credential>(&request.answer)) {
    *record.mutable_credential() = ToRecord(*credential);
  }
  return record.SerializeAsString();
}

absl::StatusOr<AnsweredRequest> DecodeAnsweredRequest(const StoredEntry& entry) {
  ASSIGN_OR_RETURN(const auto record, Parse<disk::RequestRecord>(entry));
  AnsweredRequest request{record.method(),
                          record.resource_id(),
                          record.fingerprint(),
                          ToTime(record.expire_time()),
                          {}};
  if (record.has_virtual_cluster()) {
    ASSIGN_OR_RETURN(request.answer, FromRecord(entry, record.virtual_cluster()));
  } else if (record.has_agent_pool()) {
    ASSIGN_OR_RETURN(request.answer, FromRecord(entry, record.agent_pool()));
  } else if (record.has_credential()) {
    ASSIGN_OR_RETURN(request.answer, FromRecord(entry, record.credential()));
  }
  return request;
}

std::string EncodeRegistration(const Registration& registration) {
  const AgentSpec& spec = registration.spec;
  disk::RegistrationRecord record;
  record.set_agent_id(spec.agent_id);
  record.set_boot_id(spec.boot_id);
  record.set_agent_epoch(registration.epoch);
  record.set_broker_id(registration.broker_id);
  record.set_agent_pool_id(registration.agent_pool_id);
  record.set_address(FormatHostPort(spec.address));
  record.set_zone(spec.zone);
  for (const AgentRole role : spec.roles) record.add_roles(std::string(AgentRoleName(role)));
  record.set_agent_group(spec.agent_group);
  record.set_weight(spec.weight);
  SetStrategy(spec.default_strategy, *record.mutable_default_partition_assignment_strategy());
  record.set_software_version(spec.software_version);
  record.set_draining(registration.draining);
  record.set_dead(registration.dead);
  record.set_restarting(registration.restarting);
  record.set_leaving(registration.leaving);
  record.set_joining(registration.joining != Joining::kDone);
  record.set_returning(registration.joining == Joining::kReturning);
  return record.SerializeAsString();
}

absl::StatusOr<Registration> DecodeRegistration(const StoredEntry& entry) {
  ASSIGN_OR_RETURN(const auto record, Parse<disk::RegistrationRecord>(entry));
  const std::optional<AgentKey> key = ParseRegistrationKey(entry.key);
  if (!key.has_value() || !(*key == AgentKey{record.agent_pool_id(), record.agent_id()})) {
    return Corrupt(entry, "it belongs to another agent");
  }
  if (record.broker_id() < 0 || record.agent_epoch() < 0) {
    return Corrupt(entry, "its broker id or epoch is negative");
  }
  Registration registration;
  registration.agent_pool_id = record.agent_pool_id();
  registration.epoch = record.agent_epoch() == 0 ? entry.revision : record.agent_epoch();
  registration.broker_id = record.broker_id();
  registration.draining = record.draining();
  registration.dead = record.dead();
  registration.restarting = record.restarting();
  registration.leaving = record.leaving();
  if (record.joining()) {
    registration.joining = record.returning() ? Joining::kReturning : Joining::kNew;
  }
  AgentSpec& spec = registration.spec;
  spec.agent_id = record.agent_id();
  spec.boot_id = record.boot_id();
  spec.zone = record.zone();
  spec.agent_group = record.agent_group();
  spec.weight = record.weight();
  spec.software_version = record.software_version();
  RETURN_IF_ERROR(ReadTyped(entry, record, spec));
  const absl::Status valid = CheckAgentSpecLimits(spec);
  if (!valid.ok()) return Corrupt(entry, valid.message());
  return registration;
}

}  // namespace bellwether

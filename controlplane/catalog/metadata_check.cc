#include "controlplane/catalog/metadata_check.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/catalog/catalog_state.h"
#include "controlplane/catalog/keys.h"
#include "controlplane/model/error.h"

namespace bellwether {

absl::Status CheckSchema(const ClusterIdentity& identity) {
  if (identity.schema_version <= kSchemaVersion) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kStoreTooNew,
                   absl::StrCat("the data has schema version ", identity.schema_version,
                                ", but this control plane supports versions up to ", kSchemaVersion,
                                "; start the newer control plane that wrote the data"),
                   {{"schema_version", absl::StrCat(identity.schema_version)}});
}

absl::Status CheckClusterUid(const ClusterIdentity& identity, const std::string& expected_uid) {
  if (expected_uid.empty() || expected_uid == identity.cluster_uid) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kWrongCluster,
                   absl::StrCat("the data belongs to cluster ", identity.cluster_uid,
                                ", but --cluster_uid requires ", Excerpt(expected_uid),
                                ": use the data of that cluster, or correct --cluster_uid"),
                   {{"cluster_uid", identity.cluster_uid}});
}

absl::Status CheckRecord(const StoredEntry& entry) {
  const absl::string_view key = entry.key;
  if (key == kClusterKey) return DecodeClusterIdentity(entry).status();
  if (ParseVirtualClusterKey(key).has_value()) return DecodeVirtualCluster(entry).status();
  if (ParseAgentPoolKey(key).has_value()) return DecodeAgentPool(entry).status();
  if (ParseCredentialKey(key).has_value()) return DecodeCredential(entry).status();
  if (absl::StartsWith(key, kRequestPrefix)) return DecodeAnsweredRequest(entry).status();
  if (absl::StartsWith(key, kRegistrationPrefix)) return DecodeRegistration(entry).status();
  return absl::OkStatus();
}

absl::StatusOr<MetadataSummary> CheckMetadata(const MetadataStore::Listing& all) {
  MetadataSummary summary;
  summary.revision = all.revision;
  summary.entries = all.entries.size();
  MetadataStore::Listing catalog;
  catalog.revision = all.revision;
  for (const StoredEntry& entry : all.entries) {
    RETURN_IF_ERROR(CheckRecord(entry));
    if (entry.key == kClusterKey) {
      ASSIGN_OR_RETURN(summary.identity, DecodeClusterIdentity(entry));
      RETURN_IF_ERROR(CheckSchema(summary.identity));
    }
    summary.agents += absl::StartsWith(entry.key, kRegistrationPrefix) ? 1 : 0;
    summary.remembered_requests += absl::StartsWith(entry.key, kRequestPrefix) ? 1 : 0;
    summary.plans += absl::StartsWith(entry.key, kPlanPrefix) ? 1 : 0;
    if (absl::StartsWith(entry.key, kCatalogPrefix)) catalog.entries.push_back(entry);
  }
  if (summary.identity.cluster_uid.empty()) {
    return MakeError(
        absl::StatusCode::kDataLoss, Reason::kStoreCorrupt,
        absl::StrCat("the identity record \"", kClusterKey, "\" is missing; restore a backup"),
        {{"key", std::string(kClusterKey)}});
  }
  ASSIGN_OR_RETURN(const CatalogView view, DecodeCatalogView(catalog));
  summary.virtual_clusters = view.virtual_cluster_count();
  summary.agent_pools = view.agent_pool_count();
  return summary;
}

}  // namespace bellwether

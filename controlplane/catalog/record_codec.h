#ifndef CONTROLPLANE_CATALOG_RECORD_CODEC_H_
#define CONTROLPLANE_CATALOG_RECORD_CODEC_H_

#include <cstdint>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controlplane/model/agent.h"
#include "controlplane/model/agent_pool.h"
#include "controlplane/model/credential.h"
#include "controlplane/model/virtual_cluster.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// Converts between stored records (bellwether.storage.v1) and the model. Pure functions. Every
// Decode accepts arbitrary bytes and reports DATA_LOSS (kStoreCorrupt), naming the key, for an
// entry that cannot be read or does not match its key.

// The identity of the cluster that a store belongs to.
struct ClusterIdentity {
  std::string cluster_uid;
  int32_t schema_version = 0;
  absl::Time create_time;
  // How often a control plane has started on this data.
  int64_t start_count = 0;
};

std::string EncodeClusterIdentity(const ClusterIdentity& identity);
absl::StatusOr<ClusterIdentity> DecodeClusterIdentity(const StoredEntry& entry);

// Etags are not stored: they are computed from the entry's revision.
std::string EncodeVirtualCluster(const VirtualCluster& cluster);
absl::StatusOr<VirtualCluster> DecodeVirtualCluster(const StoredEntry& entry);
std::string EncodeAgentPool(const AgentPool& pool);
absl::StatusOr<AgentPool> DecodeAgentPool(const StoredEntry& entry);

std::string EncodeCredential(const Credential& credential);
absl::StatusOr<Credential> DecodeCredential(const StoredEntry& entry);

// A change that was made for a request_id, and its answer.
struct AnsweredRequest {
  std::string method;
  std::string resource_id;
  // Fingerprint of the requested change.
  uint64_t fingerprint = 0;
  absl::Time expire_time;
  std::variant<std::monostate, VirtualCluster, AgentPool, Credential> answer;
};

std::string EncodeAnsweredRequest(const AnsweredRequest& request);
absl::StatusOr<AnsweredRequest> DecodeAnsweredRequest(const StoredEntry& entry);

// A registration with epoch 0 gets the revision of its own commit as its epoch.
std::string EncodeRegistration(const Registration& registration);
absl::StatusOr<Registration> DecodeRegistration(const StoredEntry& entry);

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_RECORD_CODEC_H_

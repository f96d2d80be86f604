#ifndef CONTROLPLANE_CATALOG_REGISTRATIONS_H_
#define CONTROLPLANE_CATALOG_REGISTRATIONS_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controlplane/base/mutex.h"
#include "controlplane/catalog/broker_ids.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/model/agent.h"
#include "controlplane/model/resource_name.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// The durable part of membership: the agents of each pool with their fencing epochs and broker ids.
// Written when something changes, never for a heartbeat.
//
// The epoch of a registration is the revision of its commit: revisions only rise, so a later
// registration of the same agent has a higher epoch, even if it was removed in between. The broker
// id is the agent id's stable hash, or the next free number if two agents of a pool collide, so
// that an agent that leaves and returns is the same broker.
//
// Thread-safe. Every method blocks on the store and may fail with UNAVAILABLE, and with ABORTED
// (kRevisionMismatch) if several callers kept racing for one agent: try again. The broker ids of a
// pool are read once, when an agent first joins or leaves it, and then kept in memory.
class Registrations {
 public:
  // `store` and `catalog` must outlive it.
  Registrations(MetadataStore& store, const Catalog& catalog);

  // Every registration, for the start. DATA_LOSS (kStoreCorrupt) if one cannot be read.
  absl::StatusOr<std::vector<Registration>> List() const;

  // Joins an agent to a pool. A repetition with the same boot_id gets the same epoch (the answer
  // was lost); another boot_id gets a higher epoch, and so does an agent that was marked dead. In
  // both cases the agent's own description is replaced and an admin's drain stays. `agent_pool` is
  // an id or a name, empty for the default pool; `virtual_cluster` an id, name or uid, empty for
  // the one that the pool is bound to. Errors: INVALID_ARGUMENT (the spec); NOT_FOUND
  // (kAgentPoolNotFound, kVirtualClusterNotFound); FAILED_PRECONDITION (kAgentPoolMismatch), naming
  // the correct pool; RESOURCE_EXHAUSTED (kLimitExceeded) for a full pool.
  absl::StatusOr<Registration> Register(const AgentSpec& spec, const std::string& agent_pool,
                                        const std::string& virtual_cluster);

  // Removes an agent. OK if it is unknown; FAILED_PRECONDITION (kStaleAgentEpoch) if a later run
  // has registered since.
  absl::Status Deregister(const AgentKey& key, int64_t epoch);

  // Records that the agent is about to leave, for good or to restart, and serves its clients until
  // then; the next Register clears this. OK if the agent is unknown or dead; FAILED_PRECONDITION
  // (kStaleAgentEpoch) if a later run has registered since.
  absl::Status AnnounceDeparture(const AgentKey& key, int64_t epoch, bool restarting);

  // Records that the agent has left to restart; the next Register clears this. OK if the agent is
  // unknown or dead; FAILED_PRECONDITION (kStaleAgentEpoch) if a later run has registered since.
  absl::Status AnnounceRestart(const AgentKey& key, int64_t epoch);

  // Records an admin's drain or its end. NOT_FOUND (kAgentNotFound).
  absl::StatusOr<Registration> SetDraining(const AgentKey& key, bool draining);

  // Records that these runs, with their epochs, are past JOINING, so that after a restart of the
  // control plane exactly these come back as ACTIVE. All in one commit. Skips agents that are
  // unknown or have registered again since.
  absl::Status MarkJoined(const std::vector<std::pair<AgentKey, int64_t>>& runs);

  // Records that the lease of that run has expired for good, so that a restart of the control plane
  // does not revive it. OK if the agent is unknown or has registered again since.
  absl::Status MarkDead(const AgentKey& key, int64_t epoch);

 private:
  // Records an announcement of that run of an agent. Errors as AnnounceDeparture.
  absl::Status Announce(const AgentKey& key, int64_t epoch, bool leaving, bool restarting);

  struct PoolBrokerIds {
    std::string pool_id;
    BrokerIds broker_ids;
  };

  // One attempt: ABORTED (kRevisionMismatch) if another writer committed first.
  absl::StatusOr<Registration> TryRegister(const CatalogView& view, const AgentPool& pool,
                                           const VirtualCluster& cluster, const AgentSpec& spec);
  absl::StatusOr<Registration> TryJoin(const AgentPool& pool, const AgentSpec& spec,
                                       Transaction transaction);
  absl::Status TryDeregister(const AgentKey& key, int64_t epoch);
  // Lets `edit` change a stored registration; it returns false if there is nothing to change.
  // NOT_FOUND (kAgentNotFound).
  absl::StatusOr<Registration> Edit(const AgentKey& key,
                                    const std::function<bool(Registration&)>& edit);
  // Repeats `attempt` until no other writer commits first.
  absl::Status Retry(const std::function<absl::Status()>& attempt);
  // Reads the broker ids of a pool, unless they are in memory.
  absl::Status LoadBrokerIds(const AgentPool& pool);
  void Settle(const AgentPool& pool, const std::string& agent_id, BrokerIds::Outcome done,
              const absl::StatusOr<Revision>& committed);

  MetadataStore& store_;
  const Catalog& catalog_;
  Mutex mutex_;
  // By the uid of the pool, so that a new pool with the same id starts empty.
  absl::flat_hash_map<std::string, PoolBrokerIds> broker_ids_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_REGISTRATIONS_H_

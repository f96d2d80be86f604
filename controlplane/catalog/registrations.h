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

// The durable half of membership: which agents have joined which pool, each with its fencing epoch
// and node id. Written when something changes, never for a heartbeat.
//
// The epoch of a registration is the revision of the commit that made it: since revisions only
// rise, a later registration of the same agent has a higher epoch, whatever was removed in between.
// The node id is the agent id's stable hash, moved on to the next free number where two agents of a
// pool collide, so that an agent that leaves and returns is the same broker.
//
// Thread-safe. Every method blocks on the store and may fail with UNAVAILABLE, and with ABORTED
// (kRevisionMismatch) where several callers kept racing for one agent: try again. The node ids of a
// pool are read once, when an agent first joins or leaves it, and kept in memory from then on.
class Registrations {
 public:
  // `store` and `catalog` must outlive it.
  Registrations(MetadataStore& store, const Catalog& catalog);

  // Every registration, for the start. DATA_LOSS (kStoreCorrupt) for one that cannot be read.
  absl::StatusOr<std::vector<Registration>> List() const;

  // Joins an agent to a pool. The same boot_id again gets the same epoch (a reply was lost);
  // another one gets a higher epoch, and so does one that was marked dead. What the agent says of
  // itself is replaced either way; an admin's drain stays. `agent_pool` is an id or a name, empty
  // for the default pool; `virtual_cluster` an id, name or uid, empty for the one that the pool is
  // bound to. Errors: INVALID_ARGUMENT (the spec); NOT_FOUND (kAgentPoolNotFound,
  // kVirtualClusterNotFound); FAILED_PRECONDITION (kAgentPoolMismatch), naming the pool that would
  // be right; RESOURCE_EXHAUSTED (kLimitExceeded) for a full pool.
  absl::StatusOr<Registration> Register(const AgentSpec& spec, const std::string& agent_pool,
                                        const std::string& virtual_cluster);

  // Forgets an agent. OK if it is not known; FAILED_PRECONDITION (kStaleAgentEpoch) if a later run
  // has registered since.
  absl::Status Deregister(const AgentKey& key, int64_t epoch);

  // Records that the agent is about to leave, to restart or for good, and serves its clients until
  // then; Register ends that. OK if it is not known or dead; FAILED_PRECONDITION (kStaleAgentEpoch)
  // if a later run has registered since.
  absl::Status AnnounceDeparture(const AgentKey& key, int64_t epoch, bool restarting);

  // Records that the agent has left to restart, which Register ends. OK if it is not known or dead;
  // FAILED_PRECONDITION (kStaleAgentEpoch) if a later run has registered since.
  absl::Status AnnounceRestart(const AgentKey& key, int64_t epoch);

  // Records an admin's wish. NOT_FOUND (kAgentNotFound).
  absl::StatusOr<Registration> SetDraining(const AgentKey& key, bool draining);

  // Records that these runs, with their epochs, are past JOINING, so that a restart brings them
  // back as ACTIVE and no other. All in one commit. Those that are not known, or were registered
  // again since, are left out.
  absl::Status MarkJoined(const std::vector<std::pair<AgentKey, int64_t>>& runs);

  // Records that the lease of that run ended for good, so that a restart does not bring it back to
  // life. OK if it is not known or was registered again since.
  absl::Status MarkDead(const AgentKey& key, int64_t epoch);

 private:
  // Records what that run of an agent has announced. Errors as AnnounceDeparture.
  absl::Status Announce(const AgentKey& key, int64_t epoch, bool leaving, bool restarting);

  struct PoolBrokerIds {
    std::string pool_id;
    BrokerIds broker_ids;
  };

  // One attempt each: ABORTED (kRevisionMismatch) if somebody else was faster.
  absl::StatusOr<Registration> TryRegister(const CatalogView& view, const AgentPool& pool,
                                           const VirtualCluster& cluster, const AgentSpec& spec);
  absl::StatusOr<Registration> TryJoin(const AgentPool& pool, const AgentSpec& spec,
                                       Transaction transaction);
  absl::Status TryDeregister(const AgentKey& key, int64_t epoch);
  // Lets `edit` change a stored registration; it returns false if there is nothing to change.
  // NOT_FOUND (kAgentNotFound).
  absl::StatusOr<Registration> Edit(const AgentKey& key,
                                    const std::function<bool(Registration&)>& edit);
  // Calls `attempt` until nobody else is faster.
  absl::Status Retry(const std::function<absl::Status()>& attempt);
  // Reads the node ids of a pool, unless they are in memory.
  absl::Status LoadBrokerIds(const AgentPool& pool);
  void Settle(const AgentPool& pool, const std::string& agent_id, BrokerIds::Outcome done,
              const absl::StatusOr<Revision>& committed);

  MetadataStore& store_;
  const Catalog& catalog_;
  Mutex mutex_;
  // By the uid of the pool, so that a new pool of the same id starts anew.
  absl::flat_hash_map<std::string, PoolBrokerIds> broker_ids_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_REGISTRATIONS_H_

#ifndef CONTROLPLANE_MEMBERSHIP_AGENT_REGISTRY_H_
#define CONTROLPLANE_MEMBERSHIP_AGENT_REGISTRY_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "controlplane/base/clock.h"
#include "controlplane/membership/fleet_activity.h"
#include "controlplane/membership/heartbeat.h"
#include "controlplane/membership/membership_options.h"
#include "controlplane/membership/pool_map.h"
#include "controlplane/membership/pool_members.h"
#include "controlplane/model/agent.h"
#include "controlplane/model/resource_name.h"

namespace bellwether {

// The agents of every pool: leases, fencing epochs, states and load. All in memory; state that must
// survive a restart is stored elsewhere and comes back through Restore.
//
// Thread-safe. Every method blocks at most for the few instructions of another call.
class AgentRegistry {
 public:
  // `clock` must outlive the registry.
  AgentRegistry(const Clock& clock, const MembershipOptions& options);

  // Adds an agent that has just registered. A registration with the known epoch is a sign of life
  // and updates the agent's description; after a higher epoch a lower one is ignored. A run that
  // was DEAD starts again as a new agent.
  void Add(const Registration& registration);
  // Adds an agent that registered before this process started. It gets a full lease and its stored
  // state (ACTIVE, JOINING or DEAD), so that a restart moves no leader.
  void Restore(const Registration& registration);
  // Removes that run of an agent. Does nothing if it is not known or has been replaced by a later
  // run.
  void Remove(const AgentKey& key, int64_t epoch);
  // Removes a pool and its agents.
  void RemovePool(absl::string_view agent_pool_id);
  // Records that this run of an agent is about to leave, perhaps to restart: it leads nothing from
  // now on, and clients can still use it. Add ends this state. Does nothing if the agent is not
  // known or DEAD, or has been replaced by a later run.
  void SetLeaving(const AgentKey& key, int64_t epoch, bool restarting);
  // Records that this run of an agent has left to restart; Add ends this state. Does nothing if the
  // agent is not known or DEAD, or has been replaced by a later run.
  void SetRestarting(const AgentKey& key, int64_t epoch);
  // Does nothing if the agent is not known.
  void SetDraining(const AgentKey& key, bool draining);

  // Records that the heartbeat stream of that run broke. The last heartbeat on it arrived at
  // `last_heartbeat`, by clock(). The agent is excluded from answers after
  // MembershipOptions::suspicion_delay, until its next sign of life. Does nothing if the agent is
  // not known, has been heard since, or most streams of its pool broke in the same moment.
  void NoteBrokenStream(const AgentKey& key, int64_t epoch, MonotonicTime last_heartbeat);

  // Records that this process was stalled for `stall`, until now. If that was long enough for
  // agents to give up, streams that broke a moment ago or break within a heartbeat interval from
  // now do not make their agents suspect.
  void NoteStall(absl::Duration stall);

  // Renews a lease and stores the load. The reply to an agent that is not known or DEAD asks it to
  // register again. An old epoch is FAILED_PRECONDITION (kStaleAgentEpoch): that process must stop.
  // A sequence that is not higher than the last only renews the lease. The heartbeat counts from
  // `arrived`, by clock(); without `arrived`, from now.
  absl::StatusOr<HeartbeatReply> RecordHeartbeat(Heartbeat heartbeat, MonotonicTime arrived);
  absl::StatusOr<HeartbeatReply> RecordHeartbeat(Heartbeat heartbeat);
  // Rises whenever the roster of any pool changes other than by the passing of time: a caller that
  // follows many pools sees with one read that none has changed.
  int64_t changes() const { return fleet_.changes.load(std::memory_order_acquire); }
  // Whether an agent may have to be stored as past JOINING (PoolMembers::NewlyJoined) since the
  // last call, or was still JOINING at that call.
  bool ExpectsJoined() { return fleet_.expects_joined.exchange(false); }
  // Heartbeats for unknown pools, since the start.
  int64_t unknown_agent_heartbeats() const {
    return unknown_agent_heartbeats_.load(std::memory_order_relaxed);
  }

  // The members of a pool; made empty by the first call. Never nullptr.
  std::shared_ptr<PoolMembers> Pool(absl::string_view agent_pool_id);
  // Every pool for which Pool was called.
  std::vector<std::shared_ptr<PoolMembers>> Pools() const;

  const MembershipOptions& options() const { return options_; }
  // The clock of the leases, and of every time passed to this class.
  const Clock& clock() const { return clock_; }

 private:
  const Clock& clock_;
  const MembershipOptions options_;
  FleetActivity fleet_;
  std::atomic<int64_t> unknown_agent_heartbeats_ = 0;
  PoolMap<PoolMembers> pools_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_AGENT_REGISTRY_H_

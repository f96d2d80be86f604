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

// Who is alive in every pool, and how busy: leases, fencing epochs, states and load. All in memory;
// what must outlast a restart is stored elsewhere and comes back through Restore.
//
// Thread-safe. No method blocks on anything but another call's few instructions.
class AgentRegistry {
 public:
  // `clock` must outlive the registry.
  AgentRegistry(const Clock& clock, const MembershipOptions& options);

  // Takes in an agent that has just registered. The epoch that is known already is a sign of life,
  // and refreshes what the agent says of itself; after a higher one a lower one is ignored. A run
  // that was dead starts anew, as a newcomer.
  void Add(const Registration& registration);
  // Takes in an agent that was registered before this process started: it gets a full lease, and it
  // is in the state that is stored of it, ACTIVE, JOINING or DEAD, so that a restart moves no
  // leader.
  void Restore(const Registration& registration);
  // Forgets that run of an agent. Nothing happens if it is not known or is a later run.
  void Remove(const AgentKey& key, int64_t epoch);
  // Forgets a pool and its agents.
  void RemovePool(absl::string_view agent_pool_id);
  // Notes that this run of an agent is about to leave, perhaps to restart: it leads nothing from
  // now on, and clients can still use it. Add ends that. Nothing happens if it is not known, dead
  // or a later run.
  void SetLeaving(const AgentKey& key, int64_t epoch, bool restarting);
  // Notes that this run of an agent has left to restart; Add ends that. Nothing happens if it is
  // not known, dead or a later run.
  void SetRestarting(const AgentKey& key, int64_t epoch);
  // Nothing happens if the agent is not known.
  void SetDraining(const AgentKey& key, bool draining);

  // The heartbeat stream of that run broke, on which it was last heard at `last_heartbeat`, by
  // clock(): it is named no more from MembershipOptions::suspicion_delay on, until it is heard
  // again. Nothing happens if it is not known, was heard since, or its pool broke with it.
  void NoteBrokenStream(const AgentKey& key, int64_t epoch, MonotonicTime last_heartbeat);

  // This process stood still for so long, until now. Where that was long enough for agents to give
  // up, streams that break within a heartbeat interval of it, or broke a moment ago, say nothing of
  // their agents.
  void NoteStall(absl::Duration stall);

  // Renews a lease and takes in the load. An agent that is not known, or is dead, is told to
  // register again. An old epoch is FAILED_PRECONDITION (kStaleAgentEpoch): that process must stop.
  // A sequence that is not higher than the last only renews the lease. What counts is when the
  // heartbeat arrived, by clock(): without `arrived` it arrives now.
  absl::StatusOr<HeartbeatReply> RecordHeartbeat(Heartbeat heartbeat, MonotonicTime arrived);
  absl::StatusOr<HeartbeatReply> RecordHeartbeat(Heartbeat heartbeat);
  // Rises whenever the roster of some pool changes from outside: lets who follows many pools see
  // with one look that there is nothing new in any.
  int64_t changes() const { return fleet_.changes.load(std::memory_order_acquire); }
  // Whether some agent may have to be stored as past JOINING (PoolMembers::NewlyJoined) since the
  // last call, or had not yet at that call.
  bool ExpectsJoined() { return fleet_.expects_joined.exchange(false); }
  // Heartbeats for pools that are not known, since the start.
  int64_t unknown_agent_heartbeats() const {
    return unknown_agent_heartbeats_.load(std::memory_order_relaxed);
  }

  // The members of a pool; made empty if it is the first time that somebody asks. Never nullptr.
  std::shared_ptr<PoolMembers> Pool(absl::string_view agent_pool_id);
  // Every pool that has been asked for.
  std::vector<std::shared_ptr<PoolMembers>> Pools() const;

  const MembershipOptions& options() const { return options_; }
  // What its leases go by, and every time that comes from outside.
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

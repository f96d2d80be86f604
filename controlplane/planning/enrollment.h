#ifndef CONTROLPLANE_PLANNING_ENROLLMENT_H_
#define CONTROLPLANE_PLANNING_ENROLLMENT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controlplane/catalog/registrations.h"
#include "controlplane/membership/agent_registry.h"
#include "controlplane/model/agent.h"
#include "controlplane/model/resource_name.h"
#include "controlplane/planning/agent_locks.h"

namespace bellwether {

// Joining, leaving and draining: keeps the durable registrations and the live registry in step.
// What is stored is changed first, so that the registry never shows what a restart would forget.
// Changes of one agent take turns, so that the registry sees them in the order of the store.
//
// Thread-safe; every method blocks on the store. Errors are those of Registrations.
class Enrollment {
 public:
  // Both must outlive it.
  Enrollment(Registrations& registrations, AgentRegistry& registry);

  // Brings every stored registration back; for the start.
  absl::Status Restore();

  absl::StatusOr<Registration> Register(const AgentSpec& spec, const std::string& agent_pool,
                                        const std::string& virtual_cluster);
  absl::Status Deregister(const AgentKey& key, int64_t epoch);
  // The agent leads nothing any more and will deregister, or announce its restart, when its clients
  // have moved. With `restarting` its partitions are kept for it from now on.
  absl::Status AnnounceDeparture(const AgentKey& key, int64_t epoch, bool restarting);
  // The agent has left to restart: it leads nothing any more, and its partitions are kept for it
  // until it registers again or MembershipOptions::restart_patience is over.
  absl::Status AnnounceRestart(const AgentKey& key, int64_t epoch);
  absl::StatusOr<Registration> SetDraining(const AgentKey& key, bool draining);

  // Stores which agents are past JOINING since the last call, so that a restart does not put them
  // back, nor makes any other ACTIVE. For a periodic task that is called often: without such agents
  // it costs nothing. What failed is made up for by the next call.
  absl::Status RecordJoined();

  // Stores who has died since the last call and forgets who has been dead for long, but no more
  // than a slice of each pool at a time: one that lost 10 000 agents must not keep the others
  // waiting. For a periodic task; what is left, or failed, is made up for by the next call.
  absl::Status SweepDead();

 private:
  Registrations& registrations_;
  AgentRegistry& registry_;
  AgentLocks turns_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_ENROLLMENT_H_

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

// Joining, leaving and draining: keeps the durable registrations and the live registry consistent.
// The store is changed first, so that the registry never shows a state that a restart would forget.
// Changes of one agent are serialised, so that the registry sees them in the order of the store.
//
// Thread-safe; every method blocks on the store. Errors are those of Registrations.
class Enrollment {
 public:
  // Both must outlive it.
  Enrollment(Registrations& registrations, AgentRegistry& registry);

  // Restores every stored registration; for the start.
  absl::Status Restore();

  absl::StatusOr<Registration> Register(const AgentSpec& spec, const std::string& agent_pool,
                                        const std::string& virtual_cluster);
  absl::Status Deregister(const AgentKey& key, int64_t epoch);
  // The agent leads nothing from now on. It will deregister, or announce its restart, when its
  // clients have moved. With `restarting` its partitions are reserved for it from now on.
  absl::Status AnnounceDeparture(const AgentKey& key, int64_t epoch, bool restarting);
  // The agent has stopped in order to restart: it leads nothing, and its partitions are reserved
  // for it until it registers again or MembershipOptions::restart_patience has passed.
  absl::Status AnnounceRestart(const AgentKey& key, int64_t epoch);
  absl::StatusOr<Registration> SetDraining(const AgentKey& key, bool draining);

  // Stores which agents have left JOINING since the last call, so that a restart neither puts them
  // back into JOINING nor makes any other agent ACTIVE. For a periodic task that runs often:
  // without such agents the call costs nothing. The next call retries failures.
  absl::Status RecordJoined();

  // Stores which agents have died since the last call, and forgets agents that have been dead for
  // long. Each call handles a bounded number of agents of each pool: a pool that lost 10 000 agents
  // must not delay the others. For a periodic task; the next call handles the rest and retries
  // failures.
  absl::Status SweepDead();

 private:
  Registrations& registrations_;
  AgentRegistry& registry_;
  AgentLocks turns_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_ENROLLMENT_H_

#ifndef CONTROLPLANE_DISCOVERY_LEADER_RESOLVER_H_
#define CONTROLPLANE_DISCOVERY_LEADER_RESOLVER_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controlplane/assignment/leader_answer.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/random.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/discovery/client_pool.h"
#include "controlplane/discovery/leader_query_observer.h"
#include "controlplane/planning/pool_planners.h"

namespace bellwether {

// An answer may be kept until the states of agents may change by the passing of time, at most for
// this long; not at all under single_agent, where every answer is a choice of its own that the
// ledgers count. Clients keep what they are told for minutes, so a few seconds more cost little;
// but an agent that died or is draining should be out of all answers soon.
inline constexpr absl::Duration kMaxAnswerAge = absl::Seconds(10);

// Answers leader queries: finds the strategy for the client (its id, else the default of the agent
// it asked, else of the virtual cluster, else of the system), and applies it to the pool's
// snapshot, or to the part of it that the client's zone, group and role leave (ChooseAgents). A
// mistake in a client id is told in the answer and never fails the query.
//
// Under consistent_random_jump a partition's leader does not depend on which agent was asked nor
// when, only on the view; the hash is on the virtual cluster's uid, so that a cluster made anew
// under an old id is another one. Under single_agent each answer names one agent for everything,
// and it alone.
//
// A client with a host override gets one broker under either strategy, since several ids must not
// share a host and port. Under consistent_random_jump it is the agent that the client's own hash
// likes best, not the leader of most: so its id stays the same whatever topics are asked for.
//
// Thread-safe, holds no lock and reads no disk.
class LeaderResolver {
 public:
  // All must outlive it; `observer` may be called from many threads at once.
  LeaderResolver(const Catalog& catalog, PoolPlanners& planners, const Clock& clock, Random& random,
                 LeaderQueryObserver& observer);

  // Under single_agent the ledgers of the agents concerned note the answer, unless the query asks
  // for no topic. Errors: INVALID_ARGUMENT (kLimitExceeded, kInvalidArgument) for too many
  // partitions, a negative count or an impossible topic; NOT_FOUND (kVirtualClusterNotFound);
  // FAILED_PRECONDITION (kVirtualClusterHasNoAgentPool); UNAVAILABLE (kNoLiveAgent), never an empty
  // answer.
  absl::StatusOr<LeaderAnswer> Resolve(const LeaderQuery& query) const;

 private:
  // Where the client of a query that is in order belongs.
  absl::StatusOr<ClientPool> PoolOf(const LeaderQuery& query) const;
  // Resolve without telling the observer.
  absl::StatusOr<LeaderAnswer> Answer(const LeaderQuery& query, const ClientPool& pool) const;

  const Catalog& catalog_;
  PoolPlanners& planners_;
  const Clock& clock_;
  Random& random_;
  LeaderQueryObserver& observer_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_DISCOVERY_LEADER_RESOLVER_H_

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

// The longest time for which an answer may be cached. It is shorter if the states of agents may
// change sooner by the passing of time, and 0 under single_agent, where every answer is a separate
// choice that pending load records. Clients keep answers for minutes, so a few seconds more cost
// little; but an agent that died or is draining should soon be out of all answers.
inline constexpr absl::Duration kMaxAnswerAge = absl::Seconds(10);

// Answers leader queries: finds the strategy for the client (from its id, else the default of the
// agent that it asked, else of the virtual cluster, else of the system), and applies it to the
// pool's snapshot, or to the part of it that fits the client's zone, group and role (ChooseAgents).
// The answer reports mistakes in a client id; they never fail the query.
//
// Under consistent_random_jump a partition's leader depends only on the view, neither on the time
// nor on the agent that was asked. The hash includes the virtual cluster's uid, so a cluster
// created again under an old id counts as a different one. Under single_agent each answer returns
// one agent as the leader of everything, and only that agent.
//
// A client with a host override gets one broker under either strategy, since several broker ids
// must not share a host and port. Under consistent_random_jump it is the agent that the client's
// own hash prefers, not the leader of most partitions: so its id is the same for all topics.
//
// Thread-safe, holds no lock and reads no disk.
class LeaderResolver {
 public:
  // All must outlive it; `observer` may be called from many threads at once.
  LeaderResolver(const Catalog& catalog, PoolPlanners& planners, const Clock& clock, Random& random,
                 LeaderQueryObserver& observer);

  // Under single_agent the answer is recorded in the pending load of the agents concerned, unless
  // the query contains no topic. Errors: INVALID_ARGUMENT (kLimitExceeded, kInvalidArgument) for
  // too many partitions, a negative count or an impossible topic; NOT_FOUND
  // (kVirtualClusterNotFound); FAILED_PRECONDITION (kVirtualClusterHasNoAgentPool); UNAVAILABLE
  // (kNoLiveAgent), never an empty answer.
  absl::StatusOr<LeaderAnswer> Resolve(const LeaderQuery& query) const;

 private:
  // The virtual cluster and pool of a valid query's client.
  absl::StatusOr<ClientPool> PoolOf(const LeaderQuery& query) const;
  // Resolve without the observer.
  absl::StatusOr<LeaderAnswer> Answer(const LeaderQuery& query, const ClientPool& pool) const;

  const Catalog& catalog_;
  PoolPlanners& planners_;
  const Clock& clock_;
  Random& random_;
  LeaderQueryObserver& observer_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_DISCOVERY_LEADER_RESOLVER_H_

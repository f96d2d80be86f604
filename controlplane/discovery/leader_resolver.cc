#include "controlplane/discovery/leader_resolver.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "controlplane/assignment/leader_grounds.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/discovery/single_agent_picker.h"
#include "controlplane/model/error.h"
#include "controlplane/planning/observed_loads.h"
#include "controlplane/planning/pool_snapshot.h"

namespace bellwether {

LeaderResolver::LeaderResolver(const Catalog& catalog, PoolPlanners& planners, const Clock& clock,
                               Random& random, LeaderQueryObserver& observer)
    : catalog_(catalog), planners_(planners), clock_(clock), random_(random), observer_(observer) {}

absl::StatusOr<LeaderAnswer> LeaderResolver::Resolve(const LeaderQuery& query) const {
  const absl::StatusOr<ClientPool> pool = PoolOf(query);
  absl::StatusOr<LeaderAnswer> answer = pool.ok() ? Answer(query, *pool) : pool.status();
  if (!answer.ok()) {
    observer_.RecordFailure(answer.status());
    if (GetReason(answer.status()) == Reason::kAgentGroupUnavailable) {
      observer_.RecordDiagnostic(DiagnosticKind::kGroupUnavailable);
    } else if (pool.ok()) {
      pool->planner->queries().AddFailed();
    }
    return answer;
  }
  pool->planner->queries().AddAnswered(1);
  observer_.RecordAnswer(answer->strategy, answer->strategy_source);
  observer_.RecordZone(answer->zone_result);
  for (const Diagnostic& diagnostic : answer->diagnostics) {
    observer_.RecordDiagnostic(diagnostic.kind);
  }
  return answer;
}

absl::StatusOr<ClientPool> LeaderResolver::PoolOf(const LeaderQuery& query) const {
  RETURN_IF_ERROR(ValidateLeaderQuery(query));
  return FindClientPool(query, catalog_, planners_);
}

absl::StatusOr<LeaderAnswer> LeaderResolver::Answer(const LeaderQuery& query,
                                                    const ClientPool& pool) const {
  RETURN_IF_ERROR(CheckLiveAgent(pool));
  const MonotonicTime now = clock_.MonotonicNow();
  const PoolSnapshot& snapshot = *pool.snapshot;
  ASSIGN_OR_RETURN(LeaderGrounds grounds, FindGrounds(query, *pool.cluster, pool.snapshot,
                                                      ObservedLoads(snapshot.pending_loads), now));
  switch (grounds.strategy.strategy) {
    case Strategy::kConsistentRandomJump:
      break;
    case Strategy::kSingleAgent: {
      // A client that asks for no topic is not sent to an agent.
      if (query.topics.empty()) {
        const uint32_t preferred = PreferredAgent(grounds.client, *grounds.leaders().view,
                                                  grounds.single_agent_candidates());
        return AnswerWithOne(query, *pool.cluster, std::move(grounds), preferred);
      }
      const SingleAgentQuestion question{grounds.leaders(),
                                         snapshot.pending_loads,
                                         grounds.single_agent_candidates(),
                                         FindClientPlace(query, grounds, snapshot, now),
                                         pool.cluster->single_agent_sticky,
                                         now};
      const uint32_t picked = PickSingleAgent(question, random_);
      snapshot.returned_agents->Record(
          grounds.client, {picked, now, question.client.new_connections}, *snapshot.view);
      return AnswerWithOne(query, *pool.cluster, std::move(grounds), picked);
    }
  }
  LeaderAnswer answer =
      AnswerByPlan(query, *pool.cluster, std::move(grounds),
                   [&](const LeaderView& leaders, uint32_t spread, uint64_t client) {
                     // The plan's client assignment needs the clients of spread partitions.
                     snapshot.clients.at(leaders.plan_zone)->Record(spread, client, now);
                   });
  answer.max_age = std::clamp(snapshot.valid_until - now, absl::ZeroDuration(), kMaxAnswerAge);
  return answer;
}

}  // namespace bellwether

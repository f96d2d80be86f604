#ifndef AGENTCLIENT_POOL_REPLICA_H_
#define AGENTCLIENT_POOL_REPLICA_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bellwether/v1/discovery.pb.h"
#include "controlplane/assignment/leader_answer.h"
#include "controlplane/assignment/leader_view.h"
#include "controlplane/assignment/watched_pool.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/random.h"

namespace bellwether {

// What an agent knows of its pool: enough to say who leads as the control plane would, by the same
// code. Never changed once made, but for what it notes of its own answers; thread-safe.
class PoolReplica {
 public:
  // What `message` makes of `before`, which is nullptr if nothing is known yet. `before` itself if
  // nothing has changed. INTERNAL if the message cannot be right or does not fit: begin anew, with
  // a full view. Takes O(agents + exceptions of the plan).
  static absl::StatusOr<std::shared_ptr<const PoolReplica>> Apply(
      const std::shared_ptr<const PoolReplica>& before, const v1::WatchPoolResponse& message);

  // Where to go on from: WatchPoolRequest.resume_after.
  int64_t position() const { return position_; }
  int64_t view_version() const { return pool_.view->version; }
  const WatchedPool& pool() const { return pool_; }

  // The answer that the control plane would give from the same view; nullopt if it takes more than
  // the view, or if something is wrong with the query: then ask. It takes more
  // - under single_agent, where every answer is a choice by what agents do now;
  // - for a client whose zone may be overloaded, since that too is seen by what they do now;
  // - where nobody can be named.
  // `witness` is told of spread partitions, for PoolWatcher to report.
  std::optional<LeaderAnswer> Answer(const LeaderQuery& query, MonotonicTime now,
                                     SpreadWitness witness) const;

  // The best answer while the control plane is away: from the view whatever the strategy. Under
  // single_agent the better of two by the loads that were last told and what was answered since, on
  // the assumption that the other agents answer alike. nullopt if nobody can be named or something
  // is wrong with the query.
  std::optional<LeaderAnswer> AnswerAlone(const LeaderQuery& query, MonotonicTime now,
                                          Random& random) const;

  // The same view, in which those agents are named no more: their partitions go to the next in each
  // one's order. Position and version are the same.
  std::shared_ptr<const PoolReplica> Without(const std::set<std::string>& agent_ids) const;

  // Which plan leads the client: the zone whose own it is, or would be (LeaderAnswer::plan_zone).
  // nullopt: none does, under single_agent.
  std::optional<std::string> PlanZoneOf(const AskingClient& client, MonotonicTime now) const;

 private:
  PoolReplica(int64_t position, WatchedPool pool, const PoolReplica* before);

  LeaderGrounds GroundsFor(const AskingClient& client, MonotonicTime now) const;
  uint32_t PickAlone(const LeaderGrounds& grounds, const LeaderQuery& query, MonotonicTime now,
                     Random& random) const;

  int64_t position_;
  WatchedPool pool_;
  std::shared_ptr<const LeaderView> leaders_;
  // Clients that AnswerAlone has sent to each agent of the view.
  mutable std::vector<std::atomic<int64_t>> sent_;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_POOL_REPLICA_H_

#ifndef AGENTCLIENT_POOL_REPLICA_H_
#define AGENTCLIENT_POOL_REPLICA_H_

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

namespace bellwether {

// The brokers that an answer lists. A value; it shares the view that it was made from.
struct BrokerListing {
  std::shared_ptr<const PoolView> view;
  // Positions in view->agents, ascending.
  std::vector<uint32_t> brokers;
  // Not empty: the host under which the client reaches its only broker, the leader.
  std::string host_override;
  std::string virtual_cluster_uid;
};

// What an agent knows of its pool: enough to say who leads as the control plane would, by the same
// code. Never changed once made, so thread-safe.
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

  // The best answer while the control plane is unreachable: from the view whatever the strategy.
  // Under single_agent it is the client's preferred agent (PreferredAgent), so that all agents give
  // the client the same answer. nullopt if no agent can lead, or if something is wrong with the
  // query.
  std::optional<LeaderAnswer> AnswerAlone(const LeaderQuery& query, MonotonicTime now) const;

  // The brokers that the client's answers list, whatever it asks for: for answers that name leaders
  // alone, and for those that name none. Where the client's group has no live agent, those of the
  // group of client.agent_id. Empty if no agent is listed, and for a client with a host override,
  // whose leader is its only broker.
  BrokerListing BrokersFor(const AskingClient& client, MonotonicTime now) const;

  // Whether the view gives the partition to another agent than client.agent_id. Under single_agent
  // the view does not say which agent leads: then, whether client.agent_id cannot lead. False where
  // that other agent is not heard (SUSPECT), and for
  // clients with a host override, which reach any agent under one name.
  bool IsLedElsewhere(const AskingClient& client, const std::string& topic, int32_t partition,
                      MonotonicTime now) const;

  // The same view, in which the agents `agent_ids` are SUSPECT and the agent `leaving` (may be
  // empty) is DRAINING: they lead nothing. Position and version are the same.
  std::shared_ptr<const PoolReplica> Without(const std::set<std::string>& agent_ids,
                                             const std::string& leaving) const;

  // Which plan leads the client: the zone whose own it is, or would be (LeaderAnswer::plan_zone).
  // nullopt: none does, under single_agent.
  std::optional<std::string> PlanZoneOf(const AskingClient& client, MonotonicTime now) const;

 private:
  PoolReplica(int64_t position, WatchedPool pool, const PoolReplica* before);

  absl::StatusOr<LeaderGrounds> GroundsFor(const AskingClient& client, MonotonicTime now) const;

  int64_t position_;
  WatchedPool pool_;
  std::shared_ptr<const LeaderView> leaders_;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_POOL_REPLICA_H_

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

// The brokers that an answer lists. Shares the view that it was made from.
struct BrokerListing {
  std::shared_ptr<const PoolView> view;
  // Positions in view->agents, ascending.
  std::vector<uint32_t> brokers;
  // If not empty, the host under which the client reaches its only broker, the leader.
  std::string host_override;
  std::string virtual_cluster_uid;
};

// An agent's copy of the view of its pool: enough to compute leaders as the control plane does,
// with the same code. Immutable, so thread-safe.
class PoolReplica {
 public:
  // Applies `message` to `before`, which is nullptr if there is no view yet. Returns `before`
  // itself if nothing changes. INTERNAL if the message is invalid or does not fit `before`: start
  // over with a full view. Takes O(agents + overrides of the plan).
  static absl::StatusOr<std::shared_ptr<const PoolReplica>> Apply(
      const std::shared_ptr<const PoolReplica>& before, const v1::WatchPoolResponse& message);

  // The position to resume from: WatchPoolRequest.resume_after.
  int64_t position() const { return position_; }
  int64_t view_version() const { return pool_.view->version; }
  const WatchedPool& pool() const { return pool_; }

  // The answer that the control plane would give from the same view. nullopt if the view is not
  // enough or the query is invalid: then ask the control plane. The view is not enough
  // - under single_agent, where every answer depends on the current load of the agents;
  // - for a client whose zone may be overloaded, which also depends on current load;
  // - if no agent can be returned as leader.
  // `witness` records the spread partitions of the query, for PoolWatcher to report.
  std::optional<LeaderAnswer> Answer(const LeaderQuery& query, MonotonicTime now,
                                     SpreadWitness witness) const;

  // The best answer while the control plane is unreachable: from the view, whatever the strategy.
  // Under single_agent it is the client's preferred agent (PreferredAgent), so that all agents give
  // the client the same answer. nullopt if no agent can lead or the query is invalid.
  std::optional<LeaderAnswer> AnswerAlone(const LeaderQuery& query, MonotonicTime now) const;

  // The brokers that answers to this client list, whatever it queries: for answers that contain
  // only leaders, and for those that contain none. If the client's group has no live agent, the
  // brokers of the group of client.agent_id. Empty if no agent is listed, and for a client with a
  // host override, whose leader is its only broker.
  BrokerListing BrokersFor(const AskingClient& client, MonotonicTime now) const;

  // Whether the view gives the partition to another agent than client.agent_id. Under single_agent
  // the view does not determine the leader; the result is then whether client.agent_id cannot lead.
  // False if that other agent is SUSPECT, and for clients with a host override, which reach every
  // agent under one name.
  bool IsLedElsewhere(const AskingClient& client, const std::string& topic, int32_t partition,
                      MonotonicTime now) const;

  // This view with the agents `agent_ids` SUSPECT and the agent `leaving` (may be empty) DRAINING:
  // they lead nothing. Position and version stay the same.
  std::shared_ptr<const PoolReplica> Without(const std::set<std::string>& agent_ids,
                                             const std::string& leaving) const;

  // The zone of the plan that decides the client's leaders: the zone that has a plan of its own, or
  // would have (LeaderAnswer::plan_zone). nullopt under single_agent, which has no plan.
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

#ifndef CONTROLPLANE_ASSIGNMENT_LEADER_ANSWER_H_
#define CONTROLPLANE_ASSIGNMENT_LEADER_ANSWER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controlplane/assignment/agent_choice.h"
#include "controlplane/assignment/client_id.h"
#include "controlplane/assignment/leader_grounds.h"
#include "controlplane/model/pool_view.h"
#include "controlplane/model/strategy.h"
#include "controlplane/model/topic_partition.h"
#include "controlplane/model/virtual_cluster.h"

namespace bellwether {

// Who leads? as a client asks it through an agent. A value.
struct LeaderQuery : AskingClient {
  std::vector<TopicPartitions> topics;
  // The answer lists the leaders of `topics` and no other broker.
  bool leaders_only = false;
};

// OK if the query is one that a client can have; else INVALID_ARGUMENT (kLimitExceeded,
// kInvalidArgument), for too many partitions, a negative count, an impossible topic and the like.
absl::Status ValidateLeaderQuery(const LeaderQuery& query);
absl::Status ValidateAskingClient(const AskingClient& client);

// INVALID_ARGUMENT (kLimitExceeded): `what`, the field `field`, has more than it may.
absl::Status LimitExceeded(absl::string_view field, absl::string_view what, size_t is, size_t most,
                           absl::string_view unit);

// The answer. A value; it shares the view that it was made from.
struct LeaderAnswer {
  struct TopicLeaders {
    std::string topic;
    // Position in view->agents of the leader of partition 0, 1, 2, ...
    std::vector<uint32_t> leaders;
  };

  std::shared_ptr<const PoolView> view;
  // Positions in view->agents of the brokers to list, ascending: those that the client knows
  // (ListedBrokers) and every leader, or the leaders alone (LeaderQuery::leaders_only); one, which
  // leads everything, if there is a host_override. Not empty unless leaders_only.
  std::vector<uint32_t> brokers;
  // In the order of the query.
  std::vector<TopicLeaders> topics;
  Strategy strategy = kSystemDefaultStrategy;
  StrategySource strategy_source = StrategySource::kSystem;
  std::vector<Diagnostic> diagnostics;
  // Not empty: to be told in place of the broker's host.
  std::string host_override;
  ZoneResult zone_result = ZoneResult::kUnknown;
  // The zone whose plan the client goes by, or would if the zone had its own; empty: the pool's.
  // Means nothing under single_agent.
  std::string plan_zone;
  std::string virtual_cluster_uid;
  // How long the answer may be kept and given to the same client again.
  absl::Duration max_age;
};

// Is told of each spread partition that a client (ClientHash) asks for: its position in
// Plan::spread of the plan in `leaders`.
using SpreadWitness =
    absl::FunctionRef<void(const LeaderView& leaders, uint32_t spread, uint64_t client)>;

// The answer under consistent_random_jump: each partition's leader by the plan in
// grounds.leaders(), or one broker for everything where the client has a host override. It depends
// on nothing but its arguments, so that whoever has the same view gives the same answer. max_age is
// left to the caller.
LeaderAnswer AnswerByPlan(const LeaderQuery& query, const VirtualCluster& cluster,
                          LeaderGrounds grounds, SpreadWitness witness);

// The answer under single_agent: the agent at `picked` leads everything.
LeaderAnswer AnswerWithOne(const LeaderQuery& query, const VirtualCluster& cluster,
                           LeaderGrounds grounds, uint32_t picked);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_LEADER_ANSWER_H_

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

// A client's question, through an agent, which agents lead partitions.
struct LeaderQuery : AskingClient {
  std::vector<TopicPartitions> topics;
  // The answer lists the leaders of `topics` and no other broker.
  bool leaders_only = false;
};

// OK if the query is valid; else INVALID_ARGUMENT (kLimitExceeded, kInvalidArgument), for example
// for too many partitions, a negative count or an impossible topic.
absl::Status ValidateLeaderQuery(const LeaderQuery& query);
absl::Status ValidateAskingClient(const AskingClient& client);

// INVALID_ARGUMENT (kLimitExceeded): `what`, the field `field`, has more entries than its limit.
absl::Status LimitExceeded(absl::string_view field, absl::string_view what, size_t is, size_t most,
                           absl::string_view unit);

// The answer to a LeaderQuery. It shares the view that it was made from.
struct LeaderAnswer {
  struct TopicLeaders {
    std::string topic;
    // Position in view->agents of the leader of partition 0, 1, 2, ...
    std::vector<uint32_t> leaders;
  };

  std::shared_ptr<const PoolView> view;
  // Positions in view->agents of the brokers to list, ascending: the brokers that the client knows
  // (ListedBrokers) and every leader, or the leaders alone (LeaderQuery::leaders_only). With a
  // host_override it is the one broker that leads everything. Not empty unless leaders_only.
  std::vector<uint32_t> brokers;
  // In the order of the query.
  std::vector<TopicLeaders> topics;
  Strategy strategy = kSystemDefaultStrategy;
  StrategySource strategy_source = StrategySource::kSystem;
  std::vector<Diagnostic> diagnostics;
  // If not empty, replaces the broker's host in the answer.
  std::string host_override;
  ZoneResult zone_result = ZoneResult::kUnknown;
  // The zone whose plan leads the client, or would if the zone had its own; empty: the pool's plan.
  // Has no meaning under single_agent.
  std::string plan_zone;
  std::string virtual_cluster_uid;
  // How long the answer may be cached for the same client.
  absl::Duration max_age;
};

// Called with each spread partition that a client (ClientHash) asks for: its position in
// Plan::spread of the plan in `leaders`.
using SpreadWitness =
    absl::FunctionRef<void(const LeaderView& leaders, uint32_t spread, uint64_t client)>;

// The answer under consistent_random_jump: each partition's leader by the plan in
// grounds.leaders(), or one broker for everything if the client has a host override. It depends
// only on its arguments, so every agent and control plane with the same view gives the same answer.
// The caller sets max_age.
LeaderAnswer AnswerByPlan(const LeaderQuery& query, const VirtualCluster& cluster,
                          LeaderGrounds grounds, SpreadWitness witness);

// The answer under single_agent: the agent at position `picked` leads everything.
LeaderAnswer AnswerWithOne(const LeaderQuery& query, const VirtualCluster& cluster,
                           LeaderGrounds grounds, uint32_t picked);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_LEADER_ANSWER_H_

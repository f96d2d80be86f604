#ifndef CONTROLPLANE_DISCOVERY_LEADER_FACTS_H_
#define CONTROLPLANE_DISCOVERY_LEADER_FACTS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "controlplane/assignment/leader_grounds.h"
#include "controlplane/assignment/plan.h"
#include "controlplane/assignment/plan_state.h"
#include "controlplane/base/clock.h"
#include "controlplane/discovery/single_agent_picker.h"
#include "controlplane/model/pool_view.h"
#include "controlplane/model/strategy.h"
#include "controlplane/model/virtual_cluster.h"
#include "controlplane/planning/pool_plans.h"
#include "controlplane/planning/pool_snapshot.h"

namespace bellwether {

// Why an agent leads a partition for a client.
enum class LeaderReason {
  // It is the partition's preferred leader.
  kPreferredLeader,
  // The plan has moved the partition to it.
  kMoved,
  // One of several leaders of a hot partition, by the client's hash or by client assignment.
  kSpread,
  kAssigned,
  // The planned leader cannot be returned to this client now: the next agent in the partition's
  // preference list.
  kFallback,
  // The client's host override returns one broker for everything.
  kHostOverride,
  // single_agent: the less loaded of two agents, or the agent that the client already uses.
  kLessLoaded,
  kStays,
};

// "preferred_leader", "moved" and so on.
absl::string_view LeaderReasonName(LeaderReason reason);

// The plan's information about one partition.
struct PartitionPlan {
  // The plan's zone; empty: the plan of the whole pool.
  std::string zone;
  // How many balancing rounds the plan has had.
  uint32_t round = 0;
  // The round of the partition's override, if it has one.
  std::optional<uint32_t> since_round;
  MoveCause cause = MoveCause::kStayed;
  // Ids of its planned leaders: one if it is moved, several if it is spread, none if its preferred
  // leader leads it. An agent that is no longer in the pool has an empty id.
  std::vector<std::string> leaders;
  // The round since which it hangs on a single client.
  std::optional<uint32_t> unsplittable_since_round;
  // Smoothed; nullopt if the plan knows of no traffic.
  std::optional<double> bytes_per_second;
};

// One agent in relation to a client and a partition.
struct ExplainedAgent {
  std::shared_ptr<const ViewAgent> agent;
  // Whether it may be returned to clients; and to this client.
  bool candidate = false;
  bool considered = false;
  // Whether it fits the group and role that the client wants; true if the client wants none, or if
  // the wish was ignored because no agent fits.
  bool fits_group_and_role = true;
  bool fits_zone = true;
  // Place in the partition's preference list among the plan's agents: 1 is the preferred leader, 0
  // means that the plan does not include the agent.
  uint32_t rank = 0;
  // As a share of its weight; nullopt without a recent believable report.
  std::optional<double> reported_utilization;
  // Pending load: sent to it since the report, as a share of its weight.
  double pending_utilization = 0;
  // The estimate that single_agent uses; nullopt under another strategy.
  std::optional<LoadEstimate> estimate;
  // The load that the plan assigns to it, including background load; nullopt if the plan does not
  // include it.
  std::optional<double> assigned_bytes_per_second;
};

// The leader of one partition for one client, and all facts that led to it.
struct LeaderFacts {
  LeaderGrounds grounds;
  // The partition that the client asks for, as a name for texts.
  std::string partition_name;
  // Ids. The preferred agent is the first of the plan's agents in the partition's preference list;
  // empty if the plan has no agent, or if it left the pool.
  std::string leader;
  std::string preferred;
  LeaderReason reason = LeaderReason::kPreferredLeader;
  PartitionPlan plan;
  // Set under single_agent.
  std::optional<SingleAgentChoice> single_agent;
  // Ids of the two agents that were drawn.
  std::vector<std::string> drawn;
  bool sticky = false;
  // How many agents may be returned to any client, and to this one.
  size_t candidates = 0;
  size_t considered = 0;
  // The most relevant first; at most kMaxExplainedAgents.
  std::vector<ExplainedAgent> agents;
  size_t agents_left_out = 0;

  // The agent with that id in `agents`, or nullptr.
  const ExplainedAgent* FindAgent(absl::string_view agent_id) const;
};

inline constexpr size_t kMaxExplainedAgents = 20;

// The question about a pool, real or hypothetical. Refers to its inputs.
struct FactsQuestion {
  const AskingClient& client;
  const VirtualCluster& cluster;
  const std::string& topic;
  int32_t partition;
  MonotonicTime now;
  // Of the random numbers for single_agent.
  uint64_t seed;
};

// The leader in `pool` and the reasons: the result of the code that answers clients. `plans` are
// the pool's plans with their full state; `strategy` replaces the one that the client would get.
// Changes no pending load. UNAVAILABLE (kAgentGroupUnavailable) as for FindGrounds. REQUIRES:
// `pool` is a whole pool and has candidates.
absl::StatusOr<LeaderFacts> FindFacts(const FactsQuestion& question,
                                      const std::shared_ptr<const PoolSnapshot>& pool,
                                      const PoolPlans& plans, std::optional<Strategy> strategy);

}  // namespace bellwether

#endif  // CONTROLPLANE_DISCOVERY_LEADER_FACTS_H_

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
  // It is the partition's home.
  kPreferredLeader,
  // The plan has put the partition there.
  kMoved,
  // One of several leaders of a hot partition, by the client's hash; or as it was dealt.
  kSpread,
  kAssigned,
  // Whom the plan names may not be named to this client now: the next in the partition's order.
  kFallback,
  // The client's host override wants one broker for everything.
  kHostOverride,
  // single_agent: the less loaded of two; or where the client is already.
  kLessLoaded,
  kStays,
};

// "home", "displaced" and so on. Pure.
absl::string_view LeaderReasonName(LeaderReason reason);

// What the plan says of one partition. A value.
struct PartitionPlan {
  // The zone whose plan it is; empty: the pool's own.
  std::string zone;
  // How many ticks the plan has seen.
  uint32_t round = 0;
  // Of the exception that the plan makes for it, if it makes one.
  std::optional<uint32_t> since_round;
  MoveCause cause = MoveCause::kStayed;
  // Ids of its leaders: one if it is displaced, several if it is spread, none if it is at home. An
  // agent that is no longer in the pool has an empty id.
  std::vector<std::string> leaders;
  // Since when it hangs on a single client.
  std::optional<uint32_t> unsplittable_since_round;
  // Smoothed; nullopt if it has no traffic that the plan knows of.
  std::optional<double> bytes_per_second;
};

// One agent as it looks for a client and a partition. A value.
struct ExplainedAgent {
  std::shared_ptr<const ViewAgent> agent;
  // It may be named to clients; and to this one.
  bool candidate = false;
  bool considered = false;
  // Whether it fits what the client wants; true where the client wants nothing, or its wish was
  // left out because nobody fits.
  bool fits_group_and_role = true;
  bool fits_zone = true;
  // Place in the partition's jump order among the plan's agents: 1 is the home, 0 is not planned.
  uint32_t rank = 0;
  // As a share of its capacity; nullopt if nothing believable was reported lately.
  std::optional<double> reported_utilization;
  // What was sent there since, by the ledger, as a share of its capacity.
  double pending_utilization = 0;
  // What single_agent goes by; nullopt under another strategy.
  std::optional<LoadEstimate> estimate;
  // What the plan assigns to it, with what it carries beside; nullopt if it is not planned.
  std::optional<double> assigned_bytes_per_second;
};

// Who leads one partition for one client, and everything that made it so. A value.
struct LeaderFacts {
  LeaderGrounds grounds;
  // What the client asks for, for words about it.
  std::string partition_name;
  // Ids. Home: the first of the plan's agents in the partition's order; empty if the plan has
  // nobody, or an agent that left the pool.
  std::string leader;
  std::string preferred;
  LeaderReason reason = LeaderReason::kPreferredLeader;
  PartitionPlan plan;
  // Under single_agent.
  std::optional<SingleAgentChoice> single_agent;
  // Ids of the two that were drawn.
  std::vector<std::string> drawn;
  bool sticky = false;
  // Agents that may be named; to anybody, and to this client.
  size_t candidates = 0;
  size_t considered = 0;
  // The ones that matter first; at most kMaxExplainedAgents.
  std::vector<ExplainedAgent> agents;
  size_t agents_left_out = 0;

  // The agent of that id in `agents`, or nullptr.
  const ExplainedAgent* FindAgent(absl::string_view agent_id) const;
};

inline constexpr size_t kMaxExplainedAgents = 20;

// What is asked of a pool, as it is or as it would be. Refers to what it is made from.
struct FactsQuestion {
  const AskingClient& client;
  const VirtualCluster& cluster;
  const std::string& topic;
  int32_t partition;
  MonotonicTime now;
  // Of the dice for single_agent.
  uint64_t seed;
};

// Who leads in `pool`, and why: the answer of the code that answers clients. `plans` are the
// pool's, with what they are made from; `strategy` replaces the one that the client would get.
// Leaves no trace in the ledgers. UNAVAILABLE (kAgentGroupUnavailable) as FindGrounds. REQUIRES:
// `pool` is a whole one and has candidates.
absl::StatusOr<LeaderFacts> FindFacts(const FactsQuestion& question,
                                      const std::shared_ptr<const PoolSnapshot>& pool,
                                      const PoolPlans& plans, std::optional<Strategy> strategy);

}  // namespace bellwether

#endif  // CONTROLPLANE_DISCOVERY_LEADER_FACTS_H_

#ifndef CONTROLPLANE_ASSIGNMENT_BALANCE_H_
#define CONTROLPLANE_ASSIGNMENT_BALANCE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/numeric/int128.h"
#include "controlplane/assignment/agent_draws.h"
#include "controlplane/assignment/plan_options.h"
#include "controlplane/assignment/plan_report.h"
#include "controlplane/assignment/plan_state.h"

namespace bellwether {

// One leader's part of a partition: the unit that moves between agents.
struct Piece {
  // Position in PlanState::partitions.
  uint32_t partition = 0;
  AgentPosition holder = kNoAgent;
  Load load = 0;
};

// The load that a state assigns to each agent, the limit of each agent, and the only way to move a
// piece, so that loads, overrides, takeovers and the report stay consistent. Made anew for each
// change of the plan; while it lives, agents must not come or go and rates must not change. Not
// thread-safe.
class Balance {
 public:
  // The limit on an agent's load: its fair share times the option of that name, plus slack.
  enum class Limit { kTarget, kUpper };

  // `options`, `state` and `report` must outlive it. Takes O(partitions).
  Balance(const PlanOptions& options, PlanState& state, PlanReport& report);

  const PlanOptions& options() const { return options_; }
  PlanState& state() { return state_; }
  const PlanState& state() const { return state_; }
  PlanReport& report() { return report_; }
  const AgentDraws& draws() const { return draws_; }

  // Number of agents that are neither leaving nor restarting.
  size_t serving_count() const { return serving_count_; }
  // Sum of all rates of this plan, without and with the background load.
  Load own_traffic() const { return own_traffic_; }
  Load traffic() const { return traffic_; }
  // How much load this object has moved.
  Load moved() const { return moved_; }
  // `permille` thousandths of a unit, the load of an average agent.
  Load Units(uint64_t permille) const;

  Load load(AgentPosition agent) const { return loads_[agent]; }
  Load fair(AgentPosition agent) const { return fair_[agent]; }
  Load limit(AgentPosition agent, Limit limit) const {
    return limit == Limit::kTarget ? target_[agent] : upper_[agent];
  }
  bool HasRoom(AgentPosition agent, Load more, Limit limit_kind) const {
    return loads_[agent] + more <= limit(agent, limit_kind);
  }
  // Makes the target the upper limit too: for a plan that is built from nothing.
  void TightenUpper() { upper_ = target_; }

  // Whether an agent's load is above `permille` thousandths of its fair share, without slack.
  bool AboveFair(AgentPosition agent, uint64_t permille) const;
  // Whether a's load divided by its weight is larger than b's.
  bool MoreLoaded(AgentPosition a, AgentPosition b) const;

  size_t MemberCount(const PartitionState& partition) const;
  Load PieceOf(const PartitionState& partition) const;
  bool IsMember(const PartitionState& partition, AgentPosition agent) const;
  // How many leaders the partition needs so that each has at most `member` units.
  size_t WantedMembers(const PartitionState& partition) const;
  // Whether the partition's load, divided among `members`, is above (below) `permille` thousandths
  // of a unit.
  bool ShareAbove(const PartitionState& partition, size_t members, uint64_t permille) const;
  bool ShareBelow(const PartitionState& partition, size_t members, uint64_t permille) const;

  // All pieces whose holder is marked in `wanted`, the largest first; equal ones by partition and
  // then holder. Takes O(partitions).
  std::vector<Piece> PiecesOf(const std::vector<bool>& wanted) const;

  // The first agent in the partition's preference list that has room for `more` and is not a
  // member, or kNoAgent.
  AgentPosition FirstWithRoom(const PartitionState& partition, Load more, Limit limit) const;
  // The agent with the least load for its weight that is not a member, or kNoAgent.
  AgentPosition LeastLoaded(const PartitionState& partition) const;

  // Moves the piece of `from` to `to`. REQUIRES: `from` is a member, `to` is not.
  void Replace(PartitionState& partition, AgentPosition from, AgentPosition to, MoveCause cause);
  // Gives the partition these leaders. REQUIRES: not empty, in rising order.
  void SetMembers(PartitionState& partition, std::vector<AgentPosition> members, MoveCause cause);
  // In rising order.
  std::vector<AgentPosition> Members(const PartitionState& partition) const;

 private:
  void ComputeLimits();
  // Redirects a takeover: the owner of the piece that `from` held will get it back from `to`.
  void PassTakeoverOn(const PartitionState& partition, AgentPosition from, AgentPosition to);
  void Record(PartitionState& partition, MoveCause cause, AgentPosition from, AgentPosition to,
              Load moved);

  const PlanOptions& options_;
  PlanState& state_;
  PlanReport& report_;
  AgentDraws draws_;
  size_t serving_count_ = 0;
  Load own_traffic_ = 0;
  Load traffic_ = 0;
  Load moved_ = 0;
  // Indexed by position in PlanState::agents. A weight reflects its agent's slow start; 0 for
  // agents that do not serve.
  std::vector<uint64_t> weights_;
  std::vector<Load> loads_;
  std::vector<Load> fair_;
  std::vector<Load> target_;
  std::vector<Load> upper_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_BALANCE_H_

#ifndef CONTROLPLANE_ASSIGNMENT_PLAN_LOOKUP_H_
#define CONTROLPLANE_ASSIGNMENT_PLAN_LOOKUP_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "controlplane/assignment/plan.h"
#include "controlplane/assignment/plan_state.h"
#include "controlplane/assignment/preferred_leader_cache.h"

namespace bellwether {

// A hash table from partitions to small numbers. Once it is filled, only Find is called; Find is
// safe to call from many threads.
class PartitionTable {
 public:
  // Takes up to `count` partitions.
  explicit PartitionTable(size_t count);

  static constexpr uint32_t kAbsent = 0xFFFFFFFF;

  // REQUIRES: `partition` is not in it; `value` is not kAbsent.
  void Insert(uint64_t partition, uint32_t value);
  // kAbsent if the partition is not in it.
  uint32_t Find(uint64_t partition) const {
    // Partition hashes are already well mixed.
    for (size_t i = partition & mask_;; i = (i + 1) & mask_) {
      const Slot& slot = slots_[i];
      if (slot.value == kAbsent || slot.partition == partition) return slot.value;
    }
  }

 private:
  struct Slot {
    uint64_t partition = 0;
    uint32_t value = kAbsent;
  };

  std::vector<Slot> slots_;
  size_t mask_;
};

// The preferred leaders of the partitions that have traffic, computed once for each set of a plan's
// agents, because finding a preferred leader takes a hash for each agent. Immutable. It may lack
// partitions that have traffic now; their preferred leaders are computed on request.
class PreferredLeaderTable {
 public:
  // Takes O(partitions).
  explicit PreferredLeaderTable(const PlanState& state);

  // Whether the preferred leaders are computed over the agents of `plan`.
  bool IsFor(const Plan& plan) const;
  // How many partitions it has; a new table is worthwhile when many more have traffic.
  size_t size() const { return size_; }
  // A position in Plan::agents; PartitionTable::kAbsent if the table lacks the partition.
  uint32_t Find(uint64_t partition) const { return preferred_leaders_.Find(partition); }

 private:
  std::vector<PlanAgent> agents_;
  size_t size_;
  PartitionTable preferred_leaders_;
};

// An agent that a lookup may return.
struct LookupAgent {
  // StableHash of the agent id.
  uint64_t hash = 0;
  int32_t weight = 1;
  // It may be returned as a leader in new answers.
  bool candidate = true;
};

// Why a lookup returned its leader.
enum class LookupReason {
  // The first candidate in the partition's preference list.
  kPreferredLeader,
  // Moved away from its preferred leader, as Plan::FindMoved says.
  kMoved,
  // One of several leaders, by the client's score or by client assignment.
  kSpread,
  kAssigned,
  // The leader in the plan's override is not a candidate now: the first candidate in the preference
  // list.
  kFallback,
};

// "preferred_leader", "moved" and so on.
absl::string_view LookupReasonName(LookupReason reason);

// A plan prepared for lookups among the agents of a view. Each partition skips agents of the plan
// that are not candidates; a candidate that is not in the plan yet leads nothing. Immutable, so
// safe to use from many threads; it keeps the plan and the table of preferred leaders alive.
class PlanLookup {
 public:
  // Answers are positions in `agents`. `preferred_leaders` may be nullptr, and is not used if it is
  // not for this plan. If no candidate is in the plan, each partition's first candidate leads it.
  // `earlier` may be nullptr; leaders that it has computed are not computed again. Takes
  // O(overrides + agents + leaders that `earlier` has computed).
  PlanLookup(std::shared_ptr<const Plan> plan, const std::vector<LookupAgent>& agents,
             std::shared_ptr<const PreferredLeaderTable> preferred_leaders,
             const PlanLookup* earlier = nullptr);

  // The same plan among other candidates, for example those of a zone. Costs as much as the
  // constructor.
  std::shared_ptr<const PlanLookup> Among(const std::vector<LookupAgent>& agents) const {
    return std::make_shared<const PlanLookup>(plan_, agents, preferred_leaders_);
  }

  // Whether there is no candidate.
  bool empty() const { return electable_->agents().size() == 0; }

  struct Answer {
    uint32_t leader = 0;
    LookupReason reason = LookupReason::kPreferredLeader;
    // Position in Plan::spread of a spread partition; else kNotSpread.
    uint32_t spread = kNotSpread;
  };
  static constexpr uint32_t kNotSpread = PartitionTable::kAbsent;

  // The leader of the partition (PartitionHash) for the client (ClientHash). Takes one or two
  // memory accesses, and O(agents) the first time for partitions that the table of preferred
  // leaders lacks; takes no lock and allocates nothing. REQUIRES: !empty().
  Answer Find(uint64_t partition, uint64_t client) const;
  uint32_t LeaderOf(uint64_t partition, uint64_t client) const {
    return Find(partition, client).leader;
  }

  const Plan& plan() const { return *plan_; }

 private:
  Answer FindSpread(const Spread& spread, uint64_t client) const;
  uint32_t FindPreferredLeader(uint64_t partition) const;
  // The first electable agent in the partition's preference list.
  uint32_t FirstElectable(uint64_t partition) const;

  std::shared_ptr<const Plan> plan_;
  std::shared_ptr<const PreferredLeaderTable> preferred_leaders_;
  // Position in `agents` of each agent of the plan; PartitionTable::kAbsent for agents that are not
  // candidates.
  std::vector<uint32_t> position_of_;
  // Positions in Plan::moved, and from kFirstSpread on in Plan::spread.
  PartitionTable exceptions_;
  // The agents that lead partitions without an override.
  std::shared_ptr<const PreferredLeaderCache> electable_;
  std::vector<uint32_t> electable_positions_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_PLAN_LOOKUP_H_

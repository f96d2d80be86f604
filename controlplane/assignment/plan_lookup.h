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

// A small number for each of many partitions: a hash table of which only Find is ever needed once
// it is filled. Safe to read from many threads.
class PartitionTable {
 public:
  // Takes up to `count` partitions.
  explicit PartitionTable(size_t count);

  static constexpr uint32_t kAbsent = 0xFFFFFFFF;

  // REQUIRES: `partition` is not in it; `value` is not kAbsent.
  void Insert(uint64_t partition, uint32_t value);
  // kAbsent if the partition is not in it.
  uint32_t Find(uint64_t partition) const {
    // Partition hashes are mixed well already.
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

// The homes of the partitions that have traffic, computed once for as long as a plan has the same
// agents: finding a home takes a hash for each agent. Immutable. It may know fewer partitions than
// have traffic now; their homes are computed when asked for.
class PreferredLeaderTable {
 public:
  // Takes O(partitions).
  explicit PreferredLeaderTable(const PlanState& state);

  // Whether its homes are among these agents.
  bool IsFor(const Plan& plan) const;
  // How many partitions it knows: when many more have traffic, a new one is worth its while.
  size_t size() const { return size_; }
  // As a position in Plan::agents; PartitionTable::kAbsent if it does not know the partition.
  uint32_t Find(uint64_t partition) const { return preferred_leaders_.Find(partition); }

 private:
  std::vector<PlanAgent> agents_;
  size_t size_;
  PartitionTable preferred_leaders_;
};

// An agent that a lookup may find.
struct LookupAgent {
  // StableHash of the agent id.
  uint64_t hash = 0;
  int32_t weight = 1;
  // It may be named in new answers.
  bool candidate = true;
};

// Why a lookup found whom it found.
enum class LookupReason {
  // The first in the partition's jump order of those that may be named.
  kPreferredLeader,
  // Not at home, as Plan::FindMoved says.
  kMoved,
  // One of several leaders, by the client's score; or as it was dealt.
  kSpread,
  kAssigned,
  // Whom the plan's exception names may not be named now: the first in the jump order.
  kFallback,
};

// "home", "displaced" and so on. Pure.
absl::string_view LookupReasonName(LookupReason reason);

// A plan made ready for naming leaders among the agents that a view has at the moment. Who is in
// the plan but may not be named is skipped, by each partition on its own; who may be named but is
// not in the plan yet leads nothing. Immutable, so safe to use from many threads; it keeps the plan
// and the home table alive.
class PlanLookup {
 public:
  // Answers are positions in `agents`. `homes` may be nullptr, and is not used if it is not for
  // this plan. If no candidate is in the plan, each partition's first candidate leads it. `earlier`
  // may be nullptr; what it has found is not looked for again. Takes O(exceptions + agents
  // + what `earlier` has found).
  PlanLookup(std::shared_ptr<const Plan> plan, const std::vector<LookupAgent>& agents,
             std::shared_ptr<const PreferredLeaderTable> preferred_leaders,
             const PlanLookup* earlier = nullptr);

  // The same plan among other candidates: those of a zone, for example. Takes what the constructor
  // takes.
  std::shared_ptr<const PlanLookup> Among(const std::vector<LookupAgent>& agents) const {
    return std::make_shared<const PlanLookup>(plan_, agents, preferred_leaders_);
  }

  // Whether there is nobody who may be named.
  bool empty() const { return electable_->agents().size() == 0; }

  struct Answer {
    uint32_t leader = 0;
    LookupReason reason = LookupReason::kPreferredLeader;
    // Position in Plan::spread of a partition that is spread; else kNotSpread.
    uint32_t spread = kNotSpread;
  };
  static constexpr uint32_t kNotSpread = PartitionTable::kAbsent;

  // Who leads the partition (PartitionHash) for the client (ClientHash). Takes one or two looks at
  // memory, and O(agents) the first time for partitions that the home table does not know;
  // no lock, no allocation. REQUIRES: !empty().
  Answer Find(uint64_t partition, uint64_t client) const;
  uint32_t LeaderOf(uint64_t partition, uint64_t client) const {
    return Find(partition, client).leader;
  }

  const Plan& plan() const { return *plan_; }

 private:
  Answer FindSpread(const Spread& spread, uint64_t client) const;
  uint32_t FindPreferredLeader(uint64_t partition) const;
  // The first electable agent in the partition's jump order.
  uint32_t FirstElectable(uint64_t partition) const;

  std::shared_ptr<const Plan> plan_;
  std::shared_ptr<const PreferredLeaderTable> preferred_leaders_;
  // Position in `agents` of each agent of the plan; PartitionTable::kAbsent for those that may not
  // be named.
  std::vector<uint32_t> position_of_;
  // Positions in Plan::displaced, and from kFirstSpread on in Plan::spread.
  PartitionTable exceptions_;
  // Who leads where nobody is planned, and where in `agents` they are.
  std::shared_ptr<const PreferredLeaderCache> electable_;
  std::vector<uint32_t> electable_positions_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_PLAN_LOOKUP_H_

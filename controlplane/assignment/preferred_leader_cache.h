#ifndef CONTROLPLANE_ASSIGNMENT_PREFERRED_LEADER_CACHE_H_
#define CONTROLPLANE_ASSIGNMENT_PREFERRED_LEADER_CACHE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "controlplane/assignment/agent_draws.h"
#include "controlplane/assignment/plan.h"

namespace bellwether {

// The first of some agents in each partition's jump order, remembered once it was asked for: to
// find it takes a hash for each agent, and clients ask for the same partitions again and again.
// What is remembered never changes an answer, only how long it takes; the memory is bounded, and
// for a few agents there is none. Thread-safe, without a lock.
class PreferredLeaderCache {
 public:
  // Goes on from what `earlier`, which may be nullptr, remembers, as far as it is true of these
  // agents too. Takes O(agents + what is remembered).
  PreferredLeaderCache(AgentDraws agents, const PreferredLeaderCache* earlier);

  const AgentDraws& agents() const { return agents_; }

  // Position in agents(); kNoAgent if there are none. Takes one or two looks at memory, or a hash
  // for each agent.
  AgentPosition First(uint64_t partition) const;

  // The same if it is remembered; else kNoAgent.
  AgentPosition Recall(uint64_t partition) const;

 private:
  // A bucket is one cache line's half.
  static constexpr size_t kSlotsPerBucket = 4;

  std::atomic<uint64_t>* BucketOf(uint64_t partition) const {
    return &slots_[(partition & bucket_mask_) * kSlotsPerBucket];
  }
  void Remember(uint64_t partition, AgentPosition winner) const;
  void Inherit(const PreferredLeaderCache& earlier);

  const AgentDraws agents_;
  // There are more buckets than agents, so that the bits of a partition that its bucket tells have
  // room for the winner.
  uint64_t bucket_mask_ = 0;
  // The other bits of the partition, and the winner's position plus 1; 0 if nothing is there.
  // nullptr if there are few agents.
  std::unique_ptr<std::atomic<uint64_t>[]> slots_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_PREFERRED_LEADER_CACHE_H_

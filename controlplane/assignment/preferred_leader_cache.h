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

// Caches, for a set of agents, the first agent in each partition's preference list. Finding it
// takes a hash for each agent, and clients ask for the same partitions again and again. The cache
// affects only the time that an answer takes; its memory is bounded, and for few agents it uses
// none. Thread-safe, without a lock.
class PreferredLeaderCache {
 public:
  // Keeps the entries of `earlier` (may be nullptr) that also hold for these agents. Takes O(agents
  // + entries).
  PreferredLeaderCache(AgentDraws agents, const PreferredLeaderCache* earlier);

  const AgentDraws& agents() const { return agents_; }

  // Position in agents(); kNoAgent if there are none. Takes one or two memory accesses, or a hash
  // for each agent.
  AgentPosition First(uint64_t partition) const;

  // As First, but only if it is cached; else kNoAgent.
  AgentPosition Recall(uint64_t partition) const;

 private:
  // A bucket is half a cache line.
  static constexpr size_t kSlotsPerBucket = 4;

  std::atomic<uint64_t>* BucketOf(uint64_t partition) const {
    return &slots_[(partition & bucket_mask_) * kSlotsPerBucket];
  }
  void Remember(uint64_t partition, AgentPosition winner) const;
  void Inherit(const PreferredLeaderCache& earlier);

  const AgentDraws agents_;
  // There are more buckets than agents, so that the bits of a partition that its bucket implies
  // leave room for the winner's position.
  uint64_t bucket_mask_ = 0;
  // The other bits of the partition, and the winner's position plus 1; 0 if the slot is empty.
  // nullptr if there are few agents.
  std::unique_ptr<std::atomic<uint64_t>[]> slots_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_PREFERRED_LEADER_CACHE_H_

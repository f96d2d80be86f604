#include "controlplane/assignment/preferred_leader_cache.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace bellwether {
namespace {

// Finding the first of fewer agents takes hardly longer than a memory access that misses the cache.
constexpr size_t kWorthRemembering = 64;
// 512 KiB to 2 MiB, for 65 536 partitions or more: the more agents, the longer it takes to find the
// winner of a partition that is not cached.
constexpr size_t kFewestBuckets = size_t{1} << 14;
constexpr size_t kMostBuckets = size_t{1} << 16;
constexpr size_t kBucketsPerAgent = 8;
static_assert(kMostBuckets > kNoAgent, "a bucket's bits have room for every position plus 1");
// The thread that publishes a view waits while each new agent is compared with each cached winner.
constexpr size_t kMostNewcomers = 16;

}  // namespace

PreferredLeaderCache::PreferredLeaderCache(AgentDraws agents, const PreferredLeaderCache* earlier)
    : agents_(std::move(agents)) {
  if (agents_.size() < kWorthRemembering) return;
  const size_t buckets =
      std::bit_ceil(std::clamp(agents_.size() * kBucketsPerAgent, kFewestBuckets, kMostBuckets));
  bucket_mask_ = buckets - 1;
  slots_ = std::make_unique<std::atomic<uint64_t>[]>(buckets * kSlotsPerBucket);
  if (earlier != nullptr && earlier->slots_ != nullptr) Inherit(*earlier);
}

AgentPosition PreferredLeaderCache::First(uint64_t partition) const {
  const AgentPosition remembered = Recall(partition);
  if (remembered != kNoAgent) return remembered;
  const AgentPosition winner = agents_.First(partition, [](AgentPosition) { return true; });
  Remember(partition, winner);
  return winner;
}

AgentPosition PreferredLeaderCache::Recall(uint64_t partition) const {
  if (slots_ == nullptr) return kNoAgent;
  const std::atomic<uint64_t>* const bucket = BucketOf(partition);
  for (size_t i = 0; i < kSlotsPerBucket; ++i) {
    const uint64_t slot = bucket[i].load(std::memory_order_relaxed);
    const uint64_t winner = slot & bucket_mask_;
    if (winner != 0 && (slot ^ winner) == (partition & ~bucket_mask_)) {
      return static_cast<AgentPosition>(winner - 1);
    }
  }
  return kNoAgent;
}

// If two threads store different partitions in one slot at the same moment, one entry is lost.
void PreferredLeaderCache::Remember(uint64_t partition, AgentPosition winner) const {
  if (slots_ == nullptr) return;
  std::atomic<uint64_t>* const bucket = BucketOf(partition);
  // If the bucket is full, any of its slots.
  size_t at = partition >> 62;
  for (size_t i = 0; i < kSlotsPerBucket; ++i) {
    if (bucket[i].load(std::memory_order_relaxed) != 0) continue;
    at = i;
    break;
  }
  bucket[at].store((partition & ~bucket_mask_) | (winner + uint64_t{1}), std::memory_order_relaxed);
}

void PreferredLeaderCache::Inherit(const PreferredLeaderCache& earlier) {
  // An agent with a changed weight counts as a different agent.
  absl::flat_hash_map<uint64_t, AgentPosition> before;
  before.reserve(earlier.agents_.size());
  for (size_t i = 0; i < earlier.agents_.size(); ++i) {
    before.emplace(earlier.agents_.agent(i).hash, static_cast<AgentPosition>(i));
  }
  std::vector<AgentPosition> position_now(earlier.agents_.size(), kNoAgent);
  std::vector<AgentPosition> newcomers;
  for (size_t i = 0; i < agents_.size(); ++i) {
    const auto known = before.find(agents_.agent(i).hash);
    if (known != before.end() && earlier.agents_.agent(known->second) == agents_.agent(i)) {
      position_now[known->second] = static_cast<AgentPosition>(i);
    } else {
      newcomers.push_back(static_cast<AgentPosition>(i));
    }
  }
  if (newcomers.size() > kMostNewcomers) return;

  for (uint64_t bucket = 0; bucket <= earlier.bucket_mask_; ++bucket) {
    for (size_t i = 0; i < kSlotsPerBucket; ++i) {
      const uint64_t slot =
          earlier.slots_[bucket * kSlotsPerBucket + i].load(std::memory_order_relaxed);
      if (slot == 0) continue;
      const uint64_t partition = (slot & ~earlier.bucket_mask_) | bucket;
      AgentPosition winner = position_now[(slot & earlier.bucket_mask_) - 1];
      if (winner == kNoAgent) continue;
      for (const AgentPosition newcomer : newcomers) {
        if (agents_.Prefers(partition, newcomer, winner)) winner = newcomer;
      }
      Remember(partition, winner);
    }
  }
}

}  // namespace bellwether

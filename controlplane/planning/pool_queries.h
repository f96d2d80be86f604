#ifndef CONTROLPLANE_PLANNING_POOL_QUERIES_H_
#define CONTROLPLANE_PLANNING_POOL_QUERIES_H_

#include <atomic>
#include <cstdint>

namespace bellwether {

// Counts of the leader queries of one pool's clients since the start. Thread-safe, without a lock.
class PoolQueries {
 public:
  void AddAnswered(uint64_t count) { answered_.fetch_add(count, std::memory_order_relaxed); }
  void AddFailed() { failed_.fetch_add(1, std::memory_order_relaxed); }

  // By the control plane, and by agents from their views.
  uint64_t answered() const { return answered_.load(std::memory_order_relaxed); }
  // Valid queries that got no answer.
  uint64_t failed() const { return failed_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> answered_ = 0;
  std::atomic<uint64_t> failed_ = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_POOL_QUERIES_H_

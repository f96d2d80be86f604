#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_TRAFFIC_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_TRAFFIC_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "agentclient/reference_agent/kafka/topics.h"
#include "controlplane/base/mutex.h"

namespace bellwether::kafka {

// The agent's traffic within one interval.
struct TrafficInterval {
  struct Partition {
    std::string topic;
    int32_t partition = 0;
    // The zone whose plan sent the clients here; empty: the pool's own plan.
    std::string plan_zone;
    // Bytes of record batches as sent, that is after compression.
    int64_t bytes_in = 0;
  };

  // Only partitions that clients of a plan wrote to, one entry for each plan.
  std::vector<Partition> partitions;
  // Bytes of complete frames, of all requests and responses.
  int64_t bytes_in = 0;
  int64_t bytes_out = 0;
};

// Counts the agent's traffic. Nothing else of the records is kept. Thread-safe.
class Traffic {
 public:
  // `topics` must outlive it.
  explicit Traffic(const Topics* topics);

  // Counts written records and returns the offset of the first: one more than that of the last
  // record before. Offsets are this agent's own and begin at 0 with each start. `plan_zone` is as
  // in TrafficInterval; nullopt: no plan sent the client here. REQUIRES: `topic` is of `topics` and
  // has this partition.
  int64_t RecordProduce(const Topic& topic, int32_t partition, int64_t bytes, int64_t records,
                        const std::optional<std::string>& plan_zone);
  // The offset of the next record. REQUIRES: as for RecordProduce.
  int64_t NextOffset(const Topic& topic, int32_t partition) const;

  void RecordBytesIn(int64_t bytes) { bytes_in_.fetch_add(bytes, std::memory_order_relaxed); }
  void RecordBytesOut(int64_t bytes) { bytes_out_.fetch_add(bytes, std::memory_order_relaxed); }
  void RecordConnection(int change) {
    open_connections_.fetch_add(change, std::memory_order_relaxed);
  }
  void RecordRequest(int change) {
    in_flight_requests_.fetch_add(change, std::memory_order_relaxed);
  }

  // Totals since the start.
  int64_t bytes_in() const { return bytes_in_.load(std::memory_order_relaxed); }
  int64_t bytes_out() const { return bytes_out_.load(std::memory_order_relaxed); }
  int64_t open_connections() const { return open_connections_.load(std::memory_order_relaxed); }
  // Requests received but not answered.
  int64_t in_flight_requests() const { return in_flight_requests_.load(std::memory_order_relaxed); }

  // The traffic since the last call, or the start. Each byte counts in exactly one interval.
  TrafficInterval TakeInterval();

 private:
  // A slot and the zone of the plan that sent the client there.
  using Use = std::pair<size_t, std::string>;

  size_t SlotOf(const Topic& topic, int32_t partition) const;

  const Topics* const topics_;
  // Slot of each topic's partition 0.
  std::vector<size_t> first_slots_;
  std::vector<std::atomic<int64_t>> next_offsets_;
  std::atomic<int64_t> bytes_in_{0};
  std::atomic<int64_t> bytes_out_{0};
  std::atomic<int64_t> open_connections_{0};
  std::atomic<int64_t> in_flight_requests_{0};

  Mutex mutex_;
  // Bytes written since the last interval.
  absl::btree_map<Use, int64_t> written_ ABSL_GUARDED_BY(mutex_);
  // Totals that earlier intervals contained already.
  int64_t taken_bytes_in_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t taken_bytes_out_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_TRAFFIC_H_

#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_TRAFFIC_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_TRAFFIC_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "agentclient/reference_agent/kafka/topics.h"
#include "controlplane/base/mutex.h"

namespace bellwether::kafka {

// What went through the agent within one interval.
struct TrafficInterval {
  struct Partition {
    std::string topic;
    int32_t partition = 0;
    // Bytes of record batches as sent, so after compression.
    int64_t bytes_in = 0;
    int64_t records_in = 0;
  };

  // Only partitions that something was written to.
  std::vector<Partition> partitions;
  // Whole frames, of all requests and responses.
  int64_t bytes_in = 0;
  int64_t bytes_out = 0;
};

// Counts what goes through the agent; nothing else remains of the records. Thread-safe; counting
// takes no lock.
class Traffic {
 public:
  // `topics` must outlive it.
  explicit Traffic(const Topics* topics);

  // Counts records written and returns the offset of the first: one more than that of the last
  // record before. Offsets are this agent's own and begin at 0 with each start.
  // REQUIRES: `topic` is of `topics` and has this partition.
  int64_t RecordProduce(const Topic& topic, int32_t partition, int64_t bytes, int64_t records);
  // The offset that the next record gets. REQUIRES: as for RecordProduce.
  int64_t NextOffset(const Topic& topic, int32_t partition) const;

  void RecordBytesIn(int64_t bytes) { bytes_in_.fetch_add(bytes, std::memory_order_relaxed); }
  void RecordBytesOut(int64_t bytes) { bytes_out_.fetch_add(bytes, std::memory_order_relaxed); }
  void RecordConnection(int change) {
    open_connections_.fetch_add(change, std::memory_order_relaxed);
  }
  void RecordRequest(int change) {
    in_flight_requests_.fetch_add(change, std::memory_order_relaxed);
  }

  int64_t open_connections() const { return open_connections_.load(std::memory_order_relaxed); }
  // Received and not yet answered.
  int64_t in_flight_requests() const { return in_flight_requests_.load(std::memory_order_relaxed); }

  // What was counted since the last call, or the start. Nothing is in two intervals and nothing in
  // none.
  TrafficInterval TakeInterval();

 private:
  struct Counts {
    std::atomic<int64_t> bytes{0};
    std::atomic<int64_t> next_offset{0};
  };
  struct Taken {
    int64_t bytes = 0;
    int64_t records = 0;
  };

  size_t SlotOf(const Topic& topic, int32_t partition) const;

  const Topics* const topics_;
  // Slot of each topic's partition 0.
  std::vector<size_t> first_slots_;
  std::vector<Counts> counts_;
  std::atomic<int64_t> bytes_in_{0};
  std::atomic<int64_t> bytes_out_{0};
  std::atomic<int64_t> open_connections_{0};
  std::atomic<int64_t> in_flight_requests_{0};

  Mutex mutex_;
  // What earlier intervals had already.
  std::vector<Taken> taken_ ABSL_GUARDED_BY(mutex_);
  int64_t taken_bytes_in_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t taken_bytes_out_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_TRAFFIC_H_

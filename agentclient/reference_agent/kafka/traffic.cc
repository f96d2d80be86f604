#include "agentclient/reference_agent/kafka/traffic.h"

#include <utility>

namespace bellwether::kafka {

Traffic::Traffic(const Topics* topics) : topics_(topics) {
  size_t slots = 0;
  for (const Topic& topic : topics->all()) {
    first_slots_.push_back(slots);
    slots += topic.partition_count;
  }
  counts_ = std::vector<Counts>(slots);
  MutexLock lock(mutex_);
  taken_.resize(slots);
}

size_t Traffic::SlotOf(const Topic& topic, int32_t partition) const {
  return first_slots_[topic.index] + partition;
}

int64_t Traffic::RecordProduce(const Topic& topic, int32_t partition, int64_t bytes,
                               int64_t records) {
  Counts& counts = counts_[SlotOf(topic, partition)];
  counts.bytes.fetch_add(bytes, std::memory_order_relaxed);
  return counts.next_offset.fetch_add(records, std::memory_order_relaxed);
}

int64_t Traffic::NextOffset(const Topic& topic, int32_t partition) const {
  return counts_[SlotOf(topic, partition)].next_offset.load(std::memory_order_relaxed);
}

TrafficInterval Traffic::TakeInterval() {
  TrafficInterval interval;
  MutexLock lock(mutex_);
  for (const Topic& topic : topics_->all()) {
    for (int32_t i = 0; i < topic.partition_count; ++i) {
      const size_t slot = SlotOf(topic, i);
      const int64_t bytes = counts_[slot].bytes.load(std::memory_order_relaxed);
      const int64_t records = counts_[slot].next_offset.load(std::memory_order_relaxed);
      Taken& taken = taken_[slot];
      if (bytes == taken.bytes && records == taken.records) continue;
      TrafficInterval::Partition partition;
      partition.topic = topic.name;
      partition.partition = i;
      partition.bytes_in = bytes - taken.bytes;
      partition.records_in = records - taken.records;
      taken = {bytes, records};
      interval.partitions.push_back(std::move(partition));
    }
  }
  const int64_t bytes_in = bytes_in_.load(std::memory_order_relaxed);
  const int64_t bytes_out = bytes_out_.load(std::memory_order_relaxed);
  interval.bytes_in = bytes_in - std::exchange(taken_bytes_in_, bytes_in);
  interval.bytes_out = bytes_out - std::exchange(taken_bytes_out_, bytes_out);
  return interval;
}

}  // namespace bellwether::kafka

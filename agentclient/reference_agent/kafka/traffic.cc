#include "agentclient/reference_agent/kafka/traffic.h"

#include <utility>

namespace bellwether::kafka {

Traffic::Traffic(const Topics* topics) : topics_(topics) {
  size_t slots = 0;
  for (const Topic& topic : topics->all()) {
    first_slots_.push_back(slots);
    slots += topic.partition_count;
  }
  next_offsets_ = std::vector<std::atomic<int64_t>>(slots);
}

size_t Traffic::SlotOf(const Topic& topic, int32_t partition) const {
  return first_slots_[topic.index] + partition;
}

int64_t Traffic::RecordProduce(const Topic& topic, int32_t partition, int64_t bytes,
                               int64_t records, const std::optional<std::string>& plan_zone) {
  const size_t slot = SlotOf(topic, partition);
  if (plan_zone.has_value()) {
    MutexLock lock(mutex_);
    written_[{slot, *plan_zone}] += bytes;
  }
  return next_offsets_[slot].fetch_add(records, std::memory_order_relaxed);
}

int64_t Traffic::NextOffset(const Topic& topic, int32_t partition) const {
  return next_offsets_[SlotOf(topic, partition)].load(std::memory_order_relaxed);
}

TrafficInterval Traffic::TakeInterval() {
  TrafficInterval interval;
  MutexLock lock(mutex_);
  auto written = written_.begin();
  for (const Topic& topic : topics_->all()) {
    const size_t first = first_slots_[topic.index];
    const size_t end = first + topic.partition_count;
    for (; written != written_.end() && written->first.first < end; ++written) {
      const auto& [slot, plan_zone] = written->first;
      interval.partitions.push_back(
          {topic.name, static_cast<int32_t>(slot - first), plan_zone, written->second});
    }
  }
  written_.clear();
  const int64_t bytes_in = bytes_in_.load(std::memory_order_relaxed);
  const int64_t bytes_out = bytes_out_.load(std::memory_order_relaxed);
  interval.bytes_in = bytes_in - std::exchange(taken_bytes_in_, bytes_in);
  interval.bytes_out = bytes_out - std::exchange(taken_bytes_out_, bytes_out);
  return interval;
}

}  // namespace bellwether::kafka

#ifndef TESTS_SUPPORT_STEADY_TRAFFIC_H_
#define TESTS_SUPPORT_STEADY_TRAFFIC_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "controlplane/base/clock.h"
#include "controlplane/base/periodic_task.h"
#include "tests/support/kafka_writer.h"

namespace bellwether {

// Real producers that together write so many bytes per second, in messages of one size: the first
// by the first producer to the first partition, the next by the next to the next, round and round.
// Late by a little it makes up for it, so that the rate is right over seconds whatever the machine
// does. Thread-safe.
class SteadyTraffic {
 public:
  // Producers are called "{name}-0", "{name}-1", ..., and start with one of `bootstraps` each, in
  // rotation. Writes nothing yet. `clock` must outlive it. REQUIRES: neither list is empty.
  SteadyTraffic(const Clock& clock, const std::string& name, int producers,
                const std::vector<std::string>& bootstraps, const std::string& topic,
                std::vector<int32_t> partitions);

  void SetBytesPerSecond(double bytes_per_second) { bytes_per_second_ = bytes_per_second; }
  // Messages that did not arrive.
  int64_t failed() const;

 private:
  void WriteWhatIsDue();

  const Clock& clock_;
  const std::vector<int32_t> partitions_;
  std::vector<std::unique_ptr<KafkaWriter>> writers_;
  std::atomic<double> bytes_per_second_{0};
  // Of the task alone.
  MonotonicTime last_;
  double due_bytes_ = 0;
  size_t messages_ = 0;
  // Last, so that it finds everything else ready.
  PeriodicTask task_;
};

}  // namespace bellwether

#endif  // TESTS_SUPPORT_STEADY_TRAFFIC_H_

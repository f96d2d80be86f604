#include "tests/support/steady_traffic.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace bellwether {
namespace {

constexpr size_t kMessageBytes = 8 << 10;
constexpr absl::Duration kPeriod = absl::Milliseconds(20);
// After a longer pause of this process, the missed messages are not sent all at once.
constexpr absl::Duration kLongestGap = absl::Seconds(1);

std::vector<std::unique_ptr<KafkaWriter>> MakeWriters(const std::string& name, int producers,
                                                      const std::vector<std::string>& bootstraps,
                                                      const std::string& topic) {
  std::vector<std::unique_ptr<KafkaWriter>> writers;
  for (int i = 0; i < producers; ++i) {
    writers.push_back(std::make_unique<KafkaWriter>(
        bootstraps[static_cast<size_t>(i) % bootstraps.size()], absl::StrCat(name, "-", i), topic));
  }
  return writers;
}

}  // namespace

SteadyTraffic::SteadyTraffic(const Clock& clock, const std::string& name, int producers,
                             const std::vector<std::string>& bootstraps, const std::string& topic,
                             std::vector<int32_t> partitions)
    : clock_(clock),
      partitions_(std::move(partitions)),
      writers_(MakeWriters(name, producers, bootstraps, topic)),
      last_(clock.MonotonicNow()),
      task_(kPeriod, [this] { WriteWhatIsDue(); }) {}

int64_t SteadyTraffic::failed() const {
  int64_t failed = 0;
  for (const auto& writer : writers_) failed += writer->failed();
  return failed;
}

void SteadyTraffic::WriteWhatIsDue() {
  const MonotonicTime now = clock_.MonotonicNow();
  due_bytes_ += bytes_per_second_ * absl::ToDoubleSeconds(std::min(now - last_, kLongestGap));
  last_ = now;
  for (; due_bytes_ >= kMessageBytes; due_bytes_ -= kMessageBytes) {
    writers_[messages_ % writers_.size()]->Write(partitions_[messages_ % partitions_.size()],
                                                 kMessageBytes);
    ++messages_;
  }
}

}  // namespace bellwether

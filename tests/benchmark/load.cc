#include "tests/benchmark/load.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/support/process_usage.h"

namespace bellwether {
namespace {

constexpr double kBucketsPerDoubling = 16;

}  // namespace

void LatencyHistogram::Record(absl::Duration latency) {
  const double us = std::max(1.0, absl::ToDoubleMicroseconds(latency));
  const auto bucket = static_cast<size_t>(std::log2(us) * kBucketsPerDoubling);
  ++counts_[std::min(bucket, counts_.size() - 1)];
}

void LatencyHistogram::Merge(const LatencyHistogram& other) {
  for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
}

absl::Duration LatencyHistogram::Quantile(double share) const {
  int64_t all = 0;
  for (const int64_t count : counts_) all += count;
  int64_t below = 0;
  for (size_t i = 0; i < counts_.size(); ++i) {
    below += counts_[i];
    if (below > 0 && static_cast<double>(below) >= share * static_cast<double>(all)) {
      return absl::Microseconds(std::exp2((static_cast<double>(i) + 0.5) / kBucketsPerDoubling));
    }
  }
  return absl::ZeroDuration();
}

void LoadSlot::SendNext() {
  if (!run_->TakeTurn()) return Close();
  sent_at_ = absl::Now();
  Send();
}

void LoadSlot::Done(const grpc::Status& status) {
  if (!status.ok()) {
    errors_.fetch_add(1, std::memory_order_relaxed);
    run_->RecordError(status);
    // A server that refuses everything is no load.
    return Closed();
  }
  if (run_->counts_.load(std::memory_order_relaxed)) latencies_.Record(absl::Now() - sent_at_);
  operations_.fetch_add(1, std::memory_order_relaxed);
  SendNext();
}

void LoadSlot::Closed() { run_->RecordClosed(); }

LoadRun::LoadRun(const LoadSlots& slots)
    : slots_(slots), turns_(std::numeric_limits<int64_t>::max()), open_(slots.size()) {
  for (const auto& slot : slots) {
    slot->run_ = this;
    slot->operations_ = 0;
    slot->errors_ = 0;
    slot->latencies_ = LatencyHistogram();
  }
}

void LoadRun::Start() {
  for (const auto& slot : slots_) slot->SendNext();
}

void LoadRun::AwaitEnd() {
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(
      +[](size_t* open) { return *open == 0; }, &open_));
}

bool LoadRun::TakeTurn() {
  return !is_over_.load(std::memory_order_relaxed) &&
         turns_.fetch_sub(1, std::memory_order_relaxed) > 0;
}

void LoadRun::RecordError(const grpc::Status& status) {
  absl::MutexLock lock(&mutex_);
  if (error_.empty()) error_ = absl::StrCat(status.error_code(), ": ", status.error_message());
}

void LoadRun::RecordClosed() {
  absl::MutexLock lock(&mutex_);
  --open_;
}

int64_t LoadRun::Operations() const {
  int64_t operations = 0;
  for (const auto& slot : slots_) operations += slot->operations_.load(std::memory_order_relaxed);
  return operations;
}

LoadResult LoadRun::Run(const LoadSlots& slots, absl::Duration warm_up, absl::Duration duration,
                        pid_t server) {
  LoadRun run(slots);
  run.counts_ = false;
  run.Start();
  absl::SleepFor(warm_up);
  run.counts_ = true;
  const absl::Time start = absl::Now();
  const int64_t operations_before = run.Operations();
  const double cpu_before = server == 0 ? 0 : CpuSeconds(server);
  absl::SleepFor(duration);
  LoadResult result;
  result.operations = run.Operations() - operations_before;
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  if (server != 0) {
    const double cpu = CpuSeconds(server) - cpu_before;
    result.server_cpu_us = cpu * 1e6 / static_cast<double>(std::max<int64_t>(1, result.operations));
    result.server_resident_bytes = ResidentBytes(server);
  }
  run.counts_ = false;
  run.is_over_ = true;
  run.AwaitEnd();
  result.operations_per_second = static_cast<double>(result.operations) / seconds;
  LatencyHistogram latencies;
  for (const auto& slot : slots) {
    latencies.Merge(slot->latencies_);
    result.errors += slot->errors_;
  }
  result.p50 = latencies.Quantile(0.50);
  result.p99 = latencies.Quantile(0.99);
  absl::MutexLock lock(&run.mutex_);
  result.error = run.error_;
  return result;
}

LoadResult LoadRun::RunCount(const LoadSlots& slots, int64_t count) {
  LoadRun run(slots);
  run.turns_ = count;
  const absl::Time start = absl::Now();
  run.Start();
  run.AwaitEnd();
  LoadResult result;
  LatencyHistogram latencies;
  for (const auto& slot : slots) {
    latencies.Merge(slot->latencies_);
    result.operations += slot->operations_;
    result.errors += slot->errors_;
  }
  result.operations_per_second =
      static_cast<double>(result.operations) / absl::ToDoubleSeconds(absl::Now() - start);
  result.p50 = latencies.Quantile(0.50);
  result.p99 = latencies.Quantile(0.99);
  absl::MutexLock lock(&run.mutex_);
  result.error = run.error_;
  return result;
}

}  // namespace bellwether

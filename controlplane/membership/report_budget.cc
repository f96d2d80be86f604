#include "controlplane/membership/report_budget.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace bellwether {
namespace {

// Overhead of the allocator for each allocation.
constexpr size_t kAllocationOverhead = 16;

size_t HeapBytes(const std::string& text) {
  const bool is_inline = text.capacity() <= std::string().capacity();
  return is_inline ? 0 : text.capacity() + 1 + kAllocationOverhead;
}

size_t RateBytes(const PartitionRate& rate) {
  return sizeof(PartitionRate) + HeapBytes(rate.topic) + HeapBytes(rate.plan_zone);
}

double Weight(const PartitionRate& rate) {
  return rate.bytes_in_per_second + rate.bytes_out_per_second;
}

// Returns how many rates it added to `other_rate`.
int64_t Trim(LoadReport& report, size_t max_bytes) {
  if (ReportBytes(report) <= max_bytes) return 0;
  std::vector<PartitionRate> rates = std::move(report.partition_rates);
  std::stable_sort(rates.begin(), rates.end(), [](const PartitionRate& a, const PartitionRate& b) {
    return Weight(a) > Weight(b);
  });
  report.partition_rates = {};
  size_t bytes = ReportBytes(report);
  size_t kept = 0;
  while (kept < rates.size() && bytes + RateBytes(rates[kept]) <= max_bytes) {
    bytes += RateBytes(rates[kept++]);
  }
  report.partition_rates.reserve(kept);
  for (size_t i = 0; i < rates.size(); ++i) {
    if (i < kept) {
      report.partition_rates.push_back(std::move(rates[i]));
    } else {
      report.other_rate.bytes_in_per_second += rates[i].bytes_in_per_second;
      report.other_rate.bytes_out_per_second += rates[i].bytes_out_per_second;
    }
  }
  return static_cast<int64_t>(rates.size() - kept);
}

}  // namespace

size_t ReportBytes(const LoadReport& report) {
  size_t bytes = sizeof(LoadReport) + 2 * kAllocationOverhead;
  for (const PartitionRate& rate : report.partition_rates) bytes += RateBytes(rate);
  return bytes;
}

ReportBudget::ReportBudget(size_t max_bytes) : max_bytes_(max_bytes) {}

std::shared_ptr<const LoadReport> ReportBudget::Admit(LoadReport report) {
  const size_t reports = used_->reports.fetch_add(1, std::memory_order_relaxed) + 1;
  // Reports from when there were fewer agents are larger than their share is now.
  int64_t left_out = Trim(report, max_bytes_ / 4 * 3 / reports);
  size_t bytes = ReportBytes(report);
  if (used_->bytes.fetch_add(bytes, std::memory_order_relaxed) + bytes > max_bytes_) {
    left_out += Trim(report, 0);
    const size_t smaller = ReportBytes(report);
    used_->bytes.fetch_sub(bytes - smaller, std::memory_order_relaxed);
    bytes = smaller;
  }
  rates_left_out_.fetch_add(left_out, std::memory_order_relaxed);
  return {new LoadReport(std::move(report)), [used = used_, bytes](const LoadReport* alive) {
            delete alive;
            used->bytes.fetch_sub(bytes, std::memory_order_relaxed);
            used->reports.fetch_sub(1, std::memory_order_relaxed);
          }};
}

}  // namespace bellwether

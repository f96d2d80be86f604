#ifndef CONTROLPLANE_MEMBERSHIP_REPORT_BUDGET_H_
#define CONTROLPLANE_MEMBERSHIP_REPORT_BUDGET_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "controlplane/model/load.h"

namespace bellwether {

// Memory that a report takes, in bytes.
size_t ReportBytes(const LoadReport& report);

// Bounds the total memory of one pool's load reports, however many agents report. Partition rates
// that do not fit are added to `other_rate`, the least busy first, so that the plan loses no
// traffic. Thread-safe and without a lock.
class ReportBudget {
 public:
  explicit ReportBudget(size_t max_bytes);

  // Counts a report until its last owner releases it. Each report may take an equal share of the
  // budget; while there is no room, a report keeps no rates.
  std::shared_ptr<const LoadReport> Admit(LoadReport report);

  // Memory of all reports that are alive: at most `max_bytes`, plus a few hundred bytes for each
  // report, which an agent takes even without rates.
  size_t bytes() const { return used_->bytes.load(std::memory_order_relaxed); }
  // Partition rates that were added to `other_rate` since the start.
  int64_t rates_left_out() const { return rates_left_out_.load(std::memory_order_relaxed); }

 private:
  // Outlives the budget while a report is alive.
  struct Used {
    std::atomic<size_t> bytes = 0;
    std::atomic<size_t> reports = 0;
  };

  const size_t max_bytes_;
  const std::shared_ptr<Used> used_ = std::make_shared<Used>();
  std::atomic<int64_t> rates_left_out_ = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_REPORT_BUDGET_H_

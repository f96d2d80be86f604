#ifndef CONTROLPLANE_MEMBERSHIP_REPORT_BUDGET_H_
#define CONTROLPLANE_MEMBERSHIP_REPORT_BUDGET_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "controlplane/model/load.h"

namespace bellwether {

// Memory that a report takes, in bytes. Pure.
size_t ReportBytes(const LoadReport& report);

// Bounds the memory that the load reports of one pool take together, however many agents report how
// much: partition rates that there is no room for are added to `other_rate`, the least busy first,
// so that no traffic is lost to the plan. Thread-safe and without a lock.
class ReportBudget {
 public:
  explicit ReportBudget(size_t max_bytes);

  // Takes a report into account until its last owner lets go of it. Each report may take an equal
  // share of the budget, and none has rates while there is no room.
  std::shared_ptr<const LoadReport> Admit(LoadReport report);

  // What all reports that are alive take together: at most `max_bytes`, and a few hundred bytes for
  // each report, which an agent costs even without rates.
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

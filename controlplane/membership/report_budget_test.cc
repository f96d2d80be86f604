#include "controlplane/membership/report_budget.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace bellwether {
namespace {

constexpr size_t kMaxBytes = 1'000'000;

LoadReport FullReport() {
  LoadReport report;
  for (int partition = 0; partition < 1'000; ++partition) {
    report.partition_rates.push_back({std::string(249, 't'), partition, 1.0 + partition, 1});
  }
  return report;
}

double Traffic(const LoadReport& report) {
  double bytes = report.other_rate.bytes_in_per_second + report.other_rate.bytes_out_per_second;
  for (const PartitionRate& rate : report.partition_rates) {
    bytes += rate.bytes_in_per_second + rate.bytes_out_per_second;
  }
  return bytes;
}

TEST(ReportBudgetTest, AReportThatThereIsRoomForIsLeftAlone) {
  ReportBudget budget(kMaxBytes);
  const auto admitted = budget.Admit(FullReport());
  EXPECT_EQ(admitted->partition_rates.size(), 1'000U);
  EXPECT_EQ(budget.rates_left_out(), 0);
  EXPECT_EQ(budget.bytes(), ReportBytes(*admitted));
}

TEST(ReportBudgetTest, ManyFullReportsStayWithinTheBoundAndLoseNoTraffic) {
  ReportBudget budget(kMaxBytes);
  const double traffic = Traffic(FullReport());
  // The latest report of each agent, and the one before, which the rate meter still holds.
  constexpr size_t kAgents = 50;
  std::vector<std::shared_ptr<const LoadReport>> latest(kAgents);
  std::vector<std::shared_ptr<const LoadReport>> before(kAgents);
  for (int round = 0; round < 5; ++round) {
    for (size_t agent = 0; agent < kAgents; ++agent) {
      before[agent] = latest[agent];
      latest[agent] = budget.Admit(FullReport());
      EXPECT_LE(budget.bytes(), kMaxBytes + 2 * kAgents * ReportBytes(LoadReport()));
      EXPECT_NEAR(Traffic(*latest[agent]), traffic, 1e-3 * traffic);
    }
  }
  EXPECT_GT(budget.rates_left_out(), 0);
  size_t least = 1'000;
  size_t most = 0;
  for (const auto& report : latest) {
    least = std::min(least, report->partition_rates.size());
    most = std::max(most, report->partition_rates.size());
  }
  EXPECT_GT(least, 0U) << "each agent has its share";
  EXPECT_LE(most, 3 * least);
}

TEST(ReportBudgetTest, TheBusiestPartitionsAreKept) {
  ReportBudget budget(kMaxBytes);
  const auto first = budget.Admit(FullReport());
  const auto second = budget.Admit(FullReport());
  const auto third = budget.Admit(FullReport());
  ASSERT_LT(third->partition_rates.size(), 1'000U);
  ASSERT_FALSE(third->partition_rates.empty());
  EXPECT_EQ(third->partition_rates[0].partition, 999);
  EXPECT_EQ(third->partition_rates.back().partition,
            1'000 - static_cast<int>(third->partition_rates.size()));
}

TEST(ReportBudgetTest, WhatIsLetGoOfMakesRoom) {
  std::shared_ptr<const LoadReport> last;
  {
    ReportBudget budget(kMaxBytes);
    {
      std::vector<std::shared_ptr<const LoadReport>> reports;
      for (int i = 0; i < 10; ++i) reports.push_back(budget.Admit(FullReport()));
    }
    EXPECT_EQ(budget.bytes(), 0U);
    last = budget.Admit(FullReport());
  }
  // A report may outlive its pool.
  EXPECT_EQ(last->partition_rates.size(), 1'000U);
}

}  // namespace
}  // namespace bellwether

#include "controlplane/model/load.h"

#include <limits>
#include <string>

#include "controlplane/model/limits.h"
#include "gtest/gtest.h"

namespace bellwether {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(LoadTest, UtilizationIsTheLargest) {
  AgentLoad load;
  EXPECT_EQ(Utilization(load), 0);
  load.cpu_utilization = 0.3;
  EXPECT_EQ(Utilization(load), 0.3);
  load.network_utilization = 0.4;
  EXPECT_EQ(Utilization(load), 0.4);
  load.connections = 50;
  EXPECT_EQ(Utilization(load), 0.4) << "connections without a limit say nothing";
  load.connection_limit = 100;
  EXPECT_EQ(Utilization(load), 0.5);
  load.connections = 300;
  EXPECT_EQ(Utilization(load), 1);
}

TEST(LoadTest, HonestReportIsLeftAlone) {
  LoadReport report;
  report.load = {0.5, 1.0, 10, 100, 1e6, 2e6, 3};
  report.partition_rates = {{"orders", 0, 5e5, 1e6}, {"orders", 11, 0, 0}};
  report.other_rate.bytes_in_per_second = 7;
  EXPECT_EQ(ClampLoadReport(report), 0);
  EXPECT_EQ(report.load.cpu_utilization, 0.5);
  EXPECT_EQ(report.partition_rates.size(), 2u);
  EXPECT_EQ(report.other_rate.bytes_in_per_second, 7);
}

TEST(LoadTest, GarbageIsClampedAndCounted) {
  LoadReport report;
  report.load.cpu_utilization = kNan;
  report.load.network_utilization = 1.5;
  report.load.connections = -1;
  report.load.connection_limit = std::numeric_limits<int64_t>::max();
  report.load.bytes_in_per_second = kInfinity;
  report.load.bytes_out_per_second = -kInfinity;
  report.load.in_flight_requests = std::numeric_limits<int64_t>::min();
  EXPECT_EQ(ClampLoadReport(report), 7);
  EXPECT_EQ(report.load.cpu_utilization, 0);
  EXPECT_EQ(report.load.network_utilization, 1);
  EXPECT_EQ(report.load.connections, 0);
  EXPECT_EQ(report.load.connection_limit, kMaxConnections);
  EXPECT_EQ(report.load.bytes_in_per_second, kMaxBytesPerSecond);
  EXPECT_EQ(report.load.bytes_out_per_second, 0);
  EXPECT_EQ(report.load.in_flight_requests, 0);
}

TEST(LoadTest, NobodySteersByImpossibleLoad) {
  EXPECT_TRUE(IsCredible({}));
  AgentLoad load;
  load.cpu_utilization = 1.3;
  EXPECT_TRUE(IsCredible(load));
  for (const double share : {kNan, -0.1, 2.5, 1e30}) {
    load = {};
    load.cpu_utilization = share;
    EXPECT_FALSE(IsCredible(load)) << share;
    load = {};
    load.network_utilization = share;
    EXPECT_FALSE(IsCredible(load)) << share;
  }
  load = {};
  load.connections = -1;
  EXPECT_FALSE(IsCredible(load));
  load = {};
  load.in_flight_requests = -1;
  EXPECT_FALSE(IsCredible(load));
}

TEST(LoadTest, RatesOfImpossiblePartitionsAreDropped) {
  LoadReport report;
  report.partition_rates = {
      {"", 0, 1, 1},
      {"orders", -1, 1, 1},
      {"orders", static_cast<int32_t>(kMaxPartitionsPerQuery), 1, 1},
      {std::string(kMaxTopicLength + 1, 't'), 0, 1, 1},
      {"orders", 3, -1, 1e30},
  };
  EXPECT_EQ(ClampLoadReport(report), 4 + 2);
  ASSERT_EQ(report.partition_rates.size(), 1u);
  EXPECT_EQ(report.partition_rates[0].partition, 3);
  EXPECT_EQ(report.partition_rates[0].bytes_in_per_second, 0);
  EXPECT_EQ(report.partition_rates[0].bytes_out_per_second, kMaxBytesPerSecond);
}

TEST(LoadTest, RatesBeyondTheLimitAreAddedUp) {
  LoadReport report;
  for (int32_t i = 0; i < static_cast<int32_t>(kMaxPartitionRates) + 5; ++i) {
    report.partition_rates.push_back({"orders", i, 2, 3});
  }
  report.other_rate.bytes_in_per_second = 100;
  EXPECT_EQ(ClampLoadReport(report), 5);
  EXPECT_EQ(report.partition_rates.size(), kMaxPartitionRates);
  EXPECT_EQ(report.other_rate.bytes_in_per_second, 100 + 5 * 2);
  EXPECT_EQ(report.other_rate.bytes_out_per_second, 5 * 3);
}

TEST(LoadTest, SumOfOtherRatesIsClampedToo) {
  LoadReport report;
  report.other_rate.bytes_in_per_second = kNan;
  report.other_rate.bytes_out_per_second = kMaxBytesPerSecond;
  for (size_t i = 0; i < kMaxPartitionRates + 1; ++i) {
    report.partition_rates.push_back({"orders", 0, 0, kMaxBytesPerSecond});
  }
  EXPECT_GT(ClampLoadReport(report), 0);
  EXPECT_EQ(report.other_rate.bytes_in_per_second, 0);
  EXPECT_EQ(report.other_rate.bytes_out_per_second, kMaxBytesPerSecond);
}

}  // namespace
}  // namespace bellwether

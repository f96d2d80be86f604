#include "agentclient/reference_agent/kafka/traffic.h"

#include <gtest/gtest.h>

#include <optional>
#include <thread>
#include <vector>

namespace bellwether::kafka {
namespace {

class TrafficTest : public ::testing::Test {
 protected:
  const Topics topics_ = *Topics::Parse("orders:2,clicks:3");
  const Topic& orders_ = *topics_.Find("orders");
  const Topic& clicks_ = *topics_.Find("clicks");
  Traffic traffic_{&topics_};
};

TEST_F(TrafficTest, OffsetsGrowPerPartition) {
  EXPECT_EQ(traffic_.RecordProduce(orders_, 1, 100, 10, ""), 0);
  EXPECT_EQ(traffic_.RecordProduce(orders_, 1, 50, 5, ""), 10);
  EXPECT_EQ(traffic_.RecordProduce(clicks_, 0, 7, 1, ""), 0);
  EXPECT_EQ(traffic_.NextOffset(orders_, 1), 15);
  EXPECT_EQ(traffic_.NextOffset(orders_, 0), 0);
  EXPECT_EQ(traffic_.NextOffset(clicks_, 0), 1);
}

TEST_F(TrafficTest, EveryByteIsInExactlyOneInterval) {
  traffic_.RecordProduce(orders_, 1, 100, 10, "");
  traffic_.RecordProduce(clicks_, 2, 7, 1, "");
  traffic_.RecordBytesIn(300);
  const TrafficInterval first = traffic_.TakeInterval();
  ASSERT_EQ(first.partitions.size(), 2u);
  EXPECT_EQ(first.partitions[0].topic, "orders");
  EXPECT_EQ(first.partitions[0].partition, 1);
  EXPECT_EQ(first.partitions[0].bytes_in, 100);
  EXPECT_EQ(first.partitions[1].topic, "clicks");
  EXPECT_EQ(first.partitions[1].partition, 2);
  EXPECT_EQ(first.bytes_in, 300);
  EXPECT_EQ(first.bytes_out, 0);

  traffic_.RecordProduce(clicks_, 2, 8, 2, "");
  traffic_.RecordBytesOut(20);
  const TrafficInterval second = traffic_.TakeInterval();
  ASSERT_EQ(second.partitions.size(), 1u);
  EXPECT_EQ(second.partitions[0].bytes_in, 8);
  EXPECT_EQ(second.bytes_in, 0);
  EXPECT_EQ(second.bytes_out, 20);
  EXPECT_TRUE(traffic_.TakeInterval().partitions.empty());
}

TEST_F(TrafficTest, EveryByteIsPutToThePlanThatLedItHere) {
  traffic_.RecordProduce(orders_, 1, 100, 1, "a");
  traffic_.RecordProduce(orders_, 1, 20, 1, "");
  traffic_.RecordProduce(orders_, 1, 3, 1, "a");
  traffic_.RecordProduce(orders_, 1, 1'000, 1, std::nullopt);
  traffic_.RecordProduce(orders_, 0, 5, 1, std::nullopt);
  const TrafficInterval interval = traffic_.TakeInterval();
  ASSERT_EQ(interval.partitions.size(), 2u) << "single_agent is no plan";
  EXPECT_EQ(interval.partitions[0].plan_zone, "");
  EXPECT_EQ(interval.partitions[0].bytes_in, 20);
  EXPECT_EQ(interval.partitions[1].plan_zone, "a");
  EXPECT_EQ(interval.partitions[1].bytes_in, 103);
  EXPECT_EQ(traffic_.NextOffset(orders_, 1), 4);
}

TEST_F(TrafficTest, ThreadsLoseNothing) {
  constexpr int kThreads = 4;
  constexpr int kTimes = 10'000;
  int64_t taken = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([this] {
      for (int j = 0; j < kTimes; ++j) traffic_.RecordProduce(orders_, 0, 3, 1, "");
    });
  }
  const auto take = [this, &taken] {
    for (const auto& partition : traffic_.TakeInterval().partitions) taken += partition.bytes_in;
  };
  for (int i = 0; i < 100; ++i) take();
  for (std::thread& thread : threads) thread.join();
  take();
  EXPECT_EQ(taken, 3 * kThreads * kTimes);
  EXPECT_EQ(traffic_.NextOffset(orders_, 0), kThreads * kTimes);
}

}  // namespace
}  // namespace bellwether::kafka

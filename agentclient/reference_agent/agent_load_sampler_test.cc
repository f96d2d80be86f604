#include "agentclient/reference_agent/agent_load_sampler.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

#include "controlplane/base/fake_clock.h"

namespace bellwether {
namespace {

class FakeCpuMeter final : public CpuMeter {
 public:
  absl::Duration Used() const override { return used; }
  double cores() const override { return 4; }

  absl::Duration used = absl::Seconds(100);
};

class AgentLoadSamplerTest : public ::testing::Test {
 protected:
  // The agent's heartbeat after `elapsed`.
  v1::HeartbeatRequest SampleAfter(absl::Duration elapsed) {
    clock_.Advance(elapsed);
    v1::HeartbeatRequest heartbeat;
    sampler_.Sample(heartbeat);
    return heartbeat;
  }
  void Produce(const std::string& topic, int32_t partition, int64_t bytes) {
    traffic_.RecordProduce(*topics_.Find(topic), partition, bytes, 1, "");
    traffic_.RecordBytesIn(bytes);
  }

  FakeClock clock_;
  FakeCpuMeter cpu_;
  const kafka::Topics topics_ = *kafka::Topics::Parse("orders:2,clicks:3000");
  kafka::Traffic traffic_{&topics_};
  AgentLoadSampler sampler_{clock_, cpu_, traffic_, {500, 1'000'000}};
};

TEST_F(AgentLoadSamplerTest, CpuIsAShareOfTheCoresSinceTheLastSample) {
  cpu_.used += absl::Seconds(6);
  EXPECT_DOUBLE_EQ(SampleAfter(absl::Seconds(3)).load().cpu_utilization(), 0.5);
  EXPECT_DOUBLE_EQ(SampleAfter(absl::Seconds(3)).load().cpu_utilization(), 0);
  cpu_.used += absl::Seconds(100);
  EXPECT_DOUBLE_EQ(SampleAfter(absl::Seconds(3)).load().cpu_utilization(), 1);
}

TEST_F(AgentLoadSamplerTest, SampleMadeAtOnceRepeatsTheLast) {
  cpu_.used += absl::Seconds(6);
  SampleAfter(absl::Seconds(3));
  cpu_.used += absl::Milliseconds(4);
  EXPECT_DOUBLE_EQ(SampleAfter(absl::Milliseconds(1)).load().cpu_utilization(), 0.5);
}

TEST_F(AgentLoadSamplerTest, SteadyTrafficIsReportedAsItIs) {
  v1::HeartbeatRequest heartbeat;
  for (int i = 0; i < 30; ++i) {
    Produce("orders", 1, 300'000);
    traffic_.RecordBytesOut(30'000);
    heartbeat = SampleAfter(absl::Seconds(3));
  }
  EXPECT_NEAR(heartbeat.load().bytes_in_per_second(), 100'000, 100);
  EXPECT_NEAR(heartbeat.load().bytes_out_per_second(), 10'000, 10);
  EXPECT_NEAR(heartbeat.load().network_utilization(), 0.1, 0.001);
  ASSERT_EQ(heartbeat.partition_rates_size(), 1);
  EXPECT_EQ(heartbeat.partition_rates(0).topic(), "orders");
  EXPECT_EQ(heartbeat.partition_rates(0).partition(), 1);
  EXPECT_NEAR(heartbeat.partition_rates(0).bytes_in_per_second(), 100'000, 100);
}

TEST_F(AgentLoadSamplerTest, RatesAreReportedForEachPlanAndTheRestIsInTheLoadAlone) {
  const kafka::Topic& orders = *topics_.Find("orders");
  traffic_.RecordProduce(orders, 1, 3'000, 1, "");
  traffic_.RecordProduce(orders, 1, 6'000, 1, "a");
  traffic_.RecordProduce(orders, 1, 9'000, 1, std::nullopt);
  traffic_.RecordBytesIn(18'000);
  const v1::HeartbeatRequest heartbeat = SampleAfter(absl::Seconds(3));
  std::map<std::string, double> by_zone;
  for (const v1::PartitionRate& rate : heartbeat.partition_rates()) {
    by_zone[rate.plan_zone()] = rate.bytes_in_per_second();
  }
  ASSERT_EQ(by_zone.size(), 2u);
  EXPECT_NEAR(by_zone["a"], 2 * by_zone[""], 1e-6);
  EXPECT_NEAR(heartbeat.load().bytes_in_per_second(), 6 * by_zone[""], 1e-6);
  EXPECT_EQ(heartbeat.other_rate().bytes_in_per_second(), 0);
}

TEST_F(AgentLoadSamplerTest, AverageDoesNotDependOnThePace) {
  // 10 seconds of 100 000 bytes per second, in one piece and in 50: the average has come 63 % of
  // the way.
  Produce("orders", 0, 1'000'000);
  EXPECT_NEAR(SampleAfter(absl::Seconds(10)).load().bytes_in_per_second(), 63'212, 1);
  kafka::Traffic traffic(&topics_);
  AgentLoadSampler sampler(clock_, cpu_, traffic, {});
  v1::HeartbeatRequest heartbeat;
  for (int i = 0; i < 50; ++i) {
    traffic.RecordBytesIn(20'000);
    clock_.Advance(absl::Milliseconds(200));
    sampler.Sample(heartbeat);
  }
  EXPECT_NEAR(heartbeat.load().bytes_in_per_second(), 63'212, 1);
}

TEST_F(AgentLoadSamplerTest, TrafficThatEndedFadesAndIsForgotten) {
  Produce("orders", 0, 1'000'000);
  const double before = SampleAfter(absl::Seconds(3)).partition_rates(0).bytes_in_per_second();
  const v1::HeartbeatRequest later = SampleAfter(absl::Seconds(10));
  EXPECT_NEAR(later.partition_rates(0).bytes_in_per_second(), before * 0.3679, before * 0.001);
  EXPECT_EQ(SampleAfter(absl::Minutes(10)).partition_rates_size(), 0);
}

TEST_F(AgentLoadSamplerTest, BusiestPartitionsAreNamedAndTheRestIsOneFigure) {
  for (int32_t partition = 0; partition < 3000; ++partition) {
    Produce("clicks", partition, partition < 1000 ? 1'000 : 1'000'000 + partition);
  }
  const v1::HeartbeatRequest heartbeat = SampleAfter(absl::Seconds(10));
  ASSERT_EQ(heartbeat.partition_rates_size(), 1000);
  double named = 0;
  for (const v1::PartitionRate& rate : heartbeat.partition_rates()) {
    EXPECT_GE(rate.partition(), 2000);
    named += rate.bytes_in_per_second();
  }
  EXPECT_NEAR(named + heartbeat.other_rate().bytes_in_per_second(),
              heartbeat.load().bytes_in_per_second(), 1);
}

TEST_F(AgentLoadSamplerTest, ConnectionsAndRequestsAreThoseOfNow) {
  traffic_.RecordConnection(1);
  traffic_.RecordConnection(1);
  traffic_.RecordRequest(1);
  const v1::HeartbeatRequest heartbeat = SampleAfter(absl::ZeroDuration());
  EXPECT_EQ(heartbeat.load().connections(), 2);
  EXPECT_EQ(heartbeat.load().connection_limit(), 500);
  EXPECT_EQ(heartbeat.load().in_flight_requests(), 1);
}

TEST_F(AgentLoadSamplerTest, WithoutACapacityThereIsNoNetworkUtilization) {
  AgentLoadSampler sampler(clock_, cpu_, traffic_, {});
  traffic_.RecordBytesIn(1'000'000'000);
  clock_.Advance(absl::Seconds(3));
  v1::HeartbeatRequest heartbeat;
  sampler.Sample(heartbeat);
  EXPECT_GT(heartbeat.load().bytes_in_per_second(), 0);
  EXPECT_EQ(heartbeat.load().network_utilization(), 0);
}

TEST(CpuMeterTest, LimitOfAControlGroup) {
  EXPECT_EQ(ParseCpuMax("150000 100000\n"), 1.5);
  EXPECT_EQ(ParseCpuMax("max 100000\n"), std::nullopt);
  EXPECT_EQ(ParseCpuMax(""), std::nullopt);
  EXPECT_EQ(ParseCpuMax("0 100000"), std::nullopt);
}

TEST(CpuMeterTest, ThisProcessUsesCpu) {
  const ProcessCpuMeter cpu;
  EXPECT_GT(cpu.cores(), 0);
  const absl::Duration before = cpu.Used();
  volatile uint64_t sink = 0;
  while (cpu.Used() == before) sink = sink + 1;
  EXPECT_GT(cpu.Used(), before);
}

}  // namespace
}  // namespace bellwether

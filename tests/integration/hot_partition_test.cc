// A partition that becomes hot, over real gRPC, on the real store and a fake clock.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/status_matchers.h"
#include "tests/support/test_control_plane.h"

namespace bellwether {
namespace {

constexpr int kAgents = 5;
constexpr int kPartitions = 64;
constexpr int kHotPartition = 7;
constexpr int kClients = 40;
constexpr double kMiB = 1 << 20;
constexpr double kColdRate = kMiB / 4;
constexpr double kHotRate = 40 * kMiB;

class HotPartitionTest : public testing::Test {
 protected:
  void SetUp() override {
    v1::CreateVirtualClusterRequest request;
    request.set_virtual_cluster_id("orders");
    grpc::ClientContext context;
    v1::VirtualCluster cluster;
    ASSERT_GRPC_OK(plane_.clusters().CreateVirtualCluster(&context, request, &cluster));
    for (int i = 0; i < kAgents; ++i) {
      const std::string id = "agent-" + std::to_string(i);
      agents_[id] = plane_.Join(id, "apn_orders");
    }
  }

  // The leaders of all partitions for a client, by agent id.
  std::vector<std::string> Leaders(int client) {
    v1::ResolveLeadersResponse answer;
    EXPECT_GRPC_OK(
        plane_.Resolve("orders", "client-" + std::to_string(client), kPartitions, &answer));
    version_ = answer.view_version();
    std::map<int, std::string> ids;
    for (const v1::Broker& broker : answer.brokers()) ids[broker.broker_id()] = broker.agent_id();
    std::vector<std::string> leaders;
    for (const int broker_id : answer.topics(0).leader_broker_ids())
      leaders.push_back(ids.at(broker_id));
    EXPECT_EQ(leaders.size(), static_cast<size_t>(kPartitions));
    return leaders;
  }
  std::vector<std::vector<std::string>> LeadersOfAll() {
    std::vector<std::vector<std::string>> leaders;
    for (int client = 0; client < kClients; ++client) leaders.push_back(Leaders(client));
    return leaders;
  }

  // The traffic of each agent and partition if all clients write equal amounts to the leaders that
  // they got.
  using Traffic = std::map<std::string, std::map<int, double>>;
  static Traffic TrafficOf(const std::vector<std::vector<std::string>>& leaders, double hot_rate) {
    Traffic traffic;
    for (const std::vector<std::string>& of_client : leaders) {
      for (int i = 0; i < kPartitions; ++i) {
        const double rate = i == kHotPartition ? hot_rate : kColdRate;
        traffic[of_client[static_cast<size_t>(i)]][i] += rate / kClients;
      }
    }
    return traffic;
  }
  static double PeakToMean(const Traffic& traffic) {
    double peak = 0;
    double sum = 0;
    for (const auto& [agent, rates] : traffic) {
      double load = 0;
      for (const auto& [partition, rate] : rates) load += rate;
      peak = std::max(peak, load);
      sum += load;
    }
    return peak / (sum / kAgents);
  }

  // Every agent reports its traffic, then the plan takes a step.
  void Step(const Traffic& traffic) {
    plane_.clock().Advance(absl::Seconds(1));
    ++sequence_;
    for (const auto& [id, registration] : agents_) {
      v1::HeartbeatRequest request;
      request.set_agent_id(id);
      request.set_agent_pool(registration.agent_pool());
      request.set_agent_epoch(registration.agent_epoch());
      request.set_cluster_uid(registration.cluster_uid());
      request.set_sequence(sequence_);
      const auto carried = traffic.find(id);
      if (carried != traffic.end()) {
        for (const auto& [partition, bytes] : carried->second) {
          v1::PartitionRate& rate = *request.add_partition_rates();
          rate.set_topic("t");
          rate.set_partition(partition);
          rate.set_bytes_in_per_second(bytes);
        }
      }
      grpc::ClientContext context;
      v1::HeartbeatResponse response;
      ASSERT_GRPC_OK(plane_.agents().Heartbeat(&context, request, &response));
      EXPECT_FALSE(response.reregister());
    }
    plane_.server().RunBalancingRounds();
  }
  void MakeHot() {
    for (int step = 0; step < 10; ++step) Step(TrafficOf(LeadersOfAll(), kHotRate));
  }

  TestControlPlane plane_;
  std::map<std::string, v1::RegisterAgentResponse> agents_;
  int64_t sequence_ = 1;
  int64_t version_ = 0;
};

std::set<std::string> LeadersOfHot(const std::vector<std::vector<std::string>>& leaders) {
  std::set<std::string> hot;
  for (const std::vector<std::string>& of_client : leaders) hot.insert(of_client[kHotPartition]);
  return hot;
}

TEST_F(HotPartitionTest, HotPartitionIsSpreadAndComesTogetherAgain) {
  const std::vector<std::string> preferred_leaders = Leaders(0);
  const int64_t first_version = version_;
  const auto before = LeadersOfAll();
  EXPECT_EQ(LeadersOfHot(before).size(), 1u);
  EXPECT_GT(PeakToMean(TrafficOf(before, kHotRate)), 3);

  MakeHot();
  const auto spread = LeadersOfAll();
  EXPECT_GT(version_, first_version);
  EXPECT_GE(LeadersOfHot(spread).size(), 4u);
  EXPECT_LT(PeakToMean(TrafficOf(spread, kHotRate)), 1.8);
  for (const std::vector<std::string>& of_client : spread) {
    for (size_t i = 0; i < preferred_leaders.size(); ++i) {
      if (i != kHotPartition) {
        EXPECT_EQ(of_client[i], preferred_leaders[i]) << "partition " << i << " had to go";
      }
    }
  }

  const Traffic even = TrafficOf(spread, kColdRate);
  for (int step = 0; step < 90; ++step) Step(even);
  EXPECT_EQ(LeadersOfAll(), before);

  const int64_t last_version = version_;
  for (int step = 0; step < 10; ++step) Step(TrafficOf(before, kColdRate));
  Leaders(0);
  EXPECT_EQ(version_, last_version) << "steady traffic changes nothing";
}

TEST_F(HotPartitionTest, RestartMovesNoLeaderOfASpreadPartition) {
  MakeHot();
  const auto spread = LeadersOfAll();
  ASSERT_GE(LeadersOfHot(spread).size(), 4u);
  const int64_t version = version_;
  plane_.Restart();
  EXPECT_EQ(LeadersOfAll(), spread) << "before a single heartbeat has arrived";
  EXPECT_GT(version_, version);
  // Rates begin at nothing and must not be taken for cold.
  for (int step = 0; step < 10; ++step) Step(TrafficOf(spread, kHotRate));
  EXPECT_EQ(LeadersOfAll(), spread);
}

}  // namespace
}  // namespace bellwether

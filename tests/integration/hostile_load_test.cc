// An agent whose load reports are nonsense or lies, over real gRPC, on the real store and a fake
// clock.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "controlplane/base/stable_hash.h"
#include "controlplane/model/limits.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_control_plane.h"

namespace bellwether {
namespace {

using ::testing::HasSubstr;

constexpr int kAgents = 5;
constexpr int kPartitions = 64;
constexpr int kClients = 16;
constexpr double kRate = 1 << 20;
constexpr char kLiar[] = "agent-0";
constexpr size_t kMaxPlanPartitions = 2'000;

PlanOptions SmallPlan() {
  PlanOptions options;
  options.max_partitions = kMaxPlanPartitions;
  return options;
}

void AddRate(const std::string& topic, int partition, double bytes, v1::HeartbeatRequest& request) {
  v1::PartitionRate& rate = *request.add_partition_rates();
  rate.set_topic(topic);
  rate.set_partition(partition);
  rate.set_bytes_in_per_second(bytes);
}

class HostileLoadTest : public testing::Test {
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

  // Leader of each partition, by agent id, for each of a few clients.
  using Leaders = std::vector<std::vector<std::string>>;
  Leaders LeadersOfAll() {
    Leaders leaders;
    for (int client = 0; client < kClients; ++client) {
      v1::ResolveLeadersResponse answer;
      EXPECT_GRPC_OK(
          plane_.Resolve("orders", "client-" + std::to_string(client), kPartitions, &answer));
      std::map<int, std::string> ids;
      for (const v1::Broker& broker : answer.brokers()) ids[broker.broker_id()] = broker.agent_id();
      std::vector<std::string> own;
      for (const int broker_id : answer.topics(0).leader_broker_ids())
        own.push_back(ids.at(broker_id));
      leaders.push_back(own);
    }
    return leaders;
  }

  v1::HeartbeatRequest Report(const std::string& agent_id) {
    const v1::RegisterAgentResponse& registration = agents_.at(agent_id);
    v1::HeartbeatRequest request;
    request.set_agent_id(agent_id);
    request.set_agent_pool(registration.agent_pool());
    request.set_agent_epoch(registration.agent_epoch());
    request.set_cluster_uid(registration.cluster_uid());
    request.set_sequence(++sequence_);
    return request;
  }
  void Send(const v1::HeartbeatRequest& request) {
    grpc::ClientContext context;
    v1::HeartbeatResponse response;
    ASSERT_GRPC_OK(plane_.agents().Heartbeat(&context, request, &response));
    EXPECT_FALSE(response.reregister());
  }

  // All agents report what they carry, the hostile agent adds its own values, and a balancing round
  // runs.
  void Step(const std::function<void(v1::HeartbeatRequest&)>& lie) {
    const Leaders leaders = LeadersOfAll();
    plane_.clock().Advance(absl::Seconds(1));
    for (const auto& [id, registration] : agents_) {
      v1::HeartbeatRequest request = Report(id);
      std::map<int, double> carried;
      for (const std::vector<std::string>& own : leaders) {
        for (int i = 0; i < kPartitions; ++i) {
          if (own[static_cast<size_t>(i)] == id) carried[i] += kRate / kClients;
        }
      }
      for (const auto& [partition, bytes] : carried) AddRate("t", partition, bytes, request);
      if (id == kLiar) lie(request);
      Send(request);
    }
    plane_.server().RunBalancingRounds();
  }
  void Steps(int count, const std::function<void(v1::HeartbeatRequest&)>& lie) {
    for (int i = 0; i < count; ++i) Step(lie);
  }

  // Honest reports until the plan has nothing to do; who leads then.
  Leaders Settle() {
    Steps(20, [](v1::HeartbeatRequest&) {});
    return LeadersOfAll();
  }

  std::vector<v1::Agent> ListAgents() {
    v1::ListAgentsRequest request;
    request.set_parent("agentPools/apn_orders");
    request.set_view(v1::ListAgentsRequest::VIEW_FULL);
    v1::ListAgentsResponse response;
    grpc::ClientContext context;
    EXPECT_GRPC_OK(plane_.pools().ListAgents(&context, request, &response));
    return {response.agents().begin(), response.agents().end()};
  }

  TestControlPlane plane_{SmallPlan()};
  std::map<std::string, v1::RegisterAgentResponse> agents_;
  int64_t sequence_ = 1;
};

TEST_F(HostileLoadTest, NonsenseIsClampedAndCounted) {
  v1::HeartbeatRequest request = Report(kLiar);
  v1::AgentLoad& load = *request.mutable_load();
  load.set_cpu_utilization(std::numeric_limits<double>::quiet_NaN());
  load.set_network_utilization(-1);
  load.set_connections(std::numeric_limits<int64_t>::min());
  load.set_bytes_in_per_second(1e30);
  load.set_bytes_out_per_second(-std::numeric_limits<double>::infinity());
  load.set_in_flight_requests(std::numeric_limits<int64_t>::max());
  AddRate("t", 1, std::numeric_limits<double>::quiet_NaN(), request);
  AddRate("t", 2, std::numeric_limits<double>::infinity(), request);
  AddRate("", 3, 1, request);
  AddRate("t", -1, 1, request);
  AddRate("t", std::numeric_limits<int32_t>::max(), 1, request);
  request.mutable_other_rate()->set_bytes_out_per_second(-1e30);
  Send(request);

  const v1::Agent agent = ListAgents().at(0);
  EXPECT_EQ(agent.load().cpu_utilization(), 0);
  EXPECT_EQ(agent.load().network_utilization(), 0);
  EXPECT_EQ(agent.load().connections(), 0);
  EXPECT_EQ(agent.load().bytes_in_per_second(), kMaxBytesPerSecond);
  EXPECT_EQ(agent.load().bytes_out_per_second(), 0);
  EXPECT_EQ(agent.load().in_flight_requests(), kMaxInFlightRequests);
  ASSERT_EQ(agent.partition_rates_size(), 2);
  EXPECT_EQ(agent.partition_rates(0).bytes_in_per_second(), 0);
  EXPECT_EQ(agent.partition_rates(1).bytes_in_per_second(), kMaxBytesPerSecond);
  EXPECT_EQ(agent.other_rate().bytes_out_per_second(), 0);
  EXPECT_THAT(
      plane_.Metrics(),
      HasSubstr("bellwether_load_report_clamped_values_total{agent_pool=\"apn_orders\"} 12\n"));
}

TEST_F(HostileLoadTest, HundredThousandRatesInOneReportAreKeptAsAThousand) {
  v1::HeartbeatRequest request = Report(kLiar);
  for (int i = 0; i < 100'000; ++i) AddRate("t", i % kPartitions, 1, request);
  Send(request);
  const v1::Agent agent = ListAgents().at(0);
  EXPECT_EQ(agent.partition_rates_size(), static_cast<int>(kMaxPartitionRates));
  EXPECT_EQ(agent.other_rate().bytes_in_per_second(), 100'000 - kMaxPartitionRates);
  EXPECT_THAT(
      plane_.Metrics(),
      HasSubstr("bellwether_load_report_clamped_values_total{agent_pool=\"apn_orders\"} 99000\n"));
}

// In each round it reports a thousand partitions that do not exist.
TEST_F(HostileLoadTest, InventedPartitionsTakeBoundedMemoryAndAreCounted) {
  constexpr int kSteps = 6;
  const Leaders settled = Settle();
  int invented = 0;
  for (int step = 0; step < kSteps; ++step) {
    Step([&](v1::HeartbeatRequest& request) {
      // Together with the load that it carries, as many partitions as a report may contain.
      while (request.partition_rates_size() < static_cast<int>(kMaxPartitionRates)) {
        AddRate("invented", invented++, 1e12, request);
      }
    });
  }
  ASSERT_GT(invented, 2 * static_cast<int>(kMaxPlanPartitions));
  const std::string metrics = plane_.Metrics();
  EXPECT_THAT(metrics, HasSubstr("bellwether_plan_partitions{agent_pool=\"apn_orders\"} " +
                                 std::to_string(kMaxPlanPartitions) + "\n"));
  EXPECT_THAT(metrics,
              HasSubstr("bellwether_plan_partitions_ignored_total{agent_pool=\"apn_orders\"} " +
                        std::to_string(invented - (kMaxPlanPartitions - kPartitions)) + "\n"));
  // What was invented is forgotten again.
  Steps(120, [](v1::HeartbeatRequest&) {});
  EXPECT_THAT(plane_.Metrics(), HasSubstr("bellwether_plan_partitions{agent_pool=\"apn_orders\"} " +
                                          std::to_string(kPartitions) + "\n"));
}

struct Lie {
  const char* name;
  // Adds to an honest report. `leaders` are those of each partition before the first lie.
  std::function<void(const std::vector<std::string>& leaders, v1::HeartbeatRequest& request)> tell;
};

// Adds so much for each partition that has one of these leaders.
void AddForLeaders(const std::vector<std::string>& leaders, const std::set<std::string>& of,
                   double bytes, v1::HeartbeatRequest& request) {
  for (int i = 0; i < kPartitions; ++i) {
    if (of.count(leaders[static_cast<size_t>(i)]) > 0) AddRate("t", i, bytes, request);
  }
}

class LiarTest : public HostileLoadTest, public testing::WithParamInterface<Lie> {};

// Over 40 steps: 7 minutes, at the default interval.
TEST_P(LiarTest, MovesNoMoreOfTheOthersTrafficThanItsOwnShare) {
  const Leaders settled = Settle();
  int own = 0;
  for (const std::string& leader : settled[0]) own += leader == kLiar ? 1 : 0;
  Leaders last = settled;
  int moved = 0;
  for (int step = 0; step < 40; ++step) {
    Step([&](v1::HeartbeatRequest& request) { GetParam().tell(settled[0], request); });
    const Leaders now = LeadersOfAll();
    for (size_t client = 0; client < now.size(); ++client) {
      for (size_t i = 0; i < now[client].size(); ++i) {
        if (last[client][i] != kLiar && now[client][i] != last[client][i]) ++moved;
      }
    }
    last = now;
  }
  EXPECT_LE(moved, own * kClients) << "of " << kPartitions * kClients << " for all clients";
}

INSTANTIATE_TEST_SUITE_P(
    Lies, LiarTest,
    testing::Values(Lie{"everything_is_mine",
                        [](const auto& leaders, auto& request) {
                          AddForLeaders(leaders,
                                        {"agent-0", "agent-1", "agent-2", "agent-3", "agent-4"},
                                        1e30, request);
                        }},
                    Lie{"what_others_lead_is_mine",
                        [](const auto& leaders, auto& request) {
                          AddForLeaders(leaders, {"agent-1", "agent-2", "agent-3", "agent-4"},
                                        10 * kRate, request);
                        }},
                    Lie{"what_one_other_leads_is_mine",
                        [](const auto& leaders, auto& request) {
                          AddForLeaders(leaders, {"agent-1"}, 10 * kRate, request);
                        }},
                    Lie{"i_carry_more_than_there_is",
                        [](const auto& leaders, auto& request) {
                          AddForLeaders(leaders, {kLiar}, 1e30, request);
                        }},
                    Lie{"i_carry_ten_times_as_much",
                        [](const auto& leaders, auto& request) {
                          AddForLeaders(leaders, {kLiar}, 10 * kRate, request);
                        }},
                    Lie{"i_have_no_room",
                        [](const auto& leaders, auto& request) {
                          request.mutable_other_rate()->set_bytes_in_per_second(1e30);
                        }},
                    Lie{"partitions_that_do_not_exist",
                        [](const auto& leaders, auto& request) {
                          for (int i = 0; i < 1'000; ++i) AddRate("invented", i, 1e12, request);
                        }},
                    Lie{"something_else_each_time",
                        [](const auto& leaders, auto& request) {
                          for (int i = 0; i < kPartitions; ++i) {
                            const uint64_t number =
                                Mix64(static_cast<uint64_t>(request.sequence() * kPartitions + i));
                            AddRate("t", i, static_cast<double>(number % 1000) * kRate, request);
                          }
                        }}),
    [](const auto& lie) { return lie.param.name; });

}  // namespace
}  // namespace bellwether

#include "tests/integration/hot_partition_scenario.h"

#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bellwether/v1/agent_pool.grpc.pb.h"
#include "bellwether/v1/discovery.grpc.pb.h"
#include "bellwether/v1/virtual_cluster.grpc.pb.h"
#include "controlplane/base/clock.h"
#include "tests/support/agent_process.h"
#include "tests/support/control_plane_process.h"
#include "tests/support/status_matchers.h"
#include "tests/support/steady_traffic.h"

namespace bellwether {
namespace {

constexpr int kAgents = 5;
constexpr int kPartitions = 64;
constexpr int32_t kHotPartition = 7;
constexpr char kTopic[] = "clicks";
constexpr double kHotShare = 0.44;
// Of its rate while it is hot.
constexpr double kCooledDown = 0.02;
constexpr int kColdProducers = 5;
// A partition comes together after 60 quiet steps of the plan.
constexpr absl::Duration kPatience = absl::Minutes(1);
constexpr int kPatientSteps = 100;

// What each agent carried, by agent id.
struct Carried {
  std::map<std::string, double> bytes_per_second;
  std::set<std::string> carriers_of_hot;

  double Least() const {
    double least = bytes_per_second.size() == kAgents ? Mean() : 0;
    for (const auto& [agent, bytes] : bytes_per_second) least = std::min(least, bytes);
    return least;
  }
  double Mean() const {
    double sum = 0;
    for (const auto& [agent, bytes] : bytes_per_second) sum += bytes;
    return sum / kAgents;
  }
  double PeakToMean() const {
    double peak = 0;
    for (const auto& [agent, bytes] : bytes_per_second) peak = std::max(peak, bytes);
    return peak / Mean();
  }
};

class Story {
 public:
  explicit Story(const HotPartitionScenario& scenario)
      : scenario_(scenario),
        plane_({absl::StrCat("--plan_interval=", absl::FormatDuration(scenario.plan_interval)),
                absl::StrCat("--heartbeat_interval=",
                             absl::FormatDuration(scenario.heartbeat_interval)),
                // High enough that the agents' averages have begun to show the rate before the
                // partition is spread.
                absl::StrCat("--hot_partition_min_bytes_per_second=",
                             static_cast<int64_t>(0.2 * scenario.bytes_per_second)),
                // High enough that no other partition moves off its agent before that.
                absl::StrCat("--balance_slack_bytes_per_second=",
                             static_cast<int64_t>(0.2 * scenario.bytes_per_second)),
                "--slow_start=1s"}),
        admin_(grpc::CreateChannel(plane_.admin_address(), grpc::InsecureChannelCredentials())),
        discovery_(v1::DiscoveryService::NewStub(
            grpc::CreateChannel(plane_.agent_address(), grpc::InsecureChannelCredentials()))) {}

  void Run() {
    JoinAgents();
    const std::vector<std::string> preferred_leaders = Leaders("anybody");
    StartTraffic(preferred_leaders);
    SetTraffic(1);

    Carried before;
    WaitUntil("every agent carries traffic, and one of them far too much", [&] {
      before = ListCarried();
      return before.Least() > 0.01 * scenario_.bytes_per_second &&
             before.carriers_of_hot.size() == 1 && before.PeakToMean() >= 1.8;
    });
    Print("before", before);

    Carried after;
    WaitUntil("the hot partition is carried by several and all carry equally much", [&] {
      after = ListCarried();
      return after.carriers_of_hot.size() >= 3 && after.PeakToMean() <= 1.25;
    });
    Print("spread", after);
    ExpectOthersWhereTheyWere(preferred_leaders);

    SetTraffic(kCooledDown);
    WaitUntil("the hot partition has come together again", [&] {
      return LeadersOfHot() == std::set<std::string>{preferred_leaders[kHotPartition]};
    });
    ExpectOthersWhereTheyWere(preferred_leaders);
    Carried together;
    WaitUntil("its producers have followed", [&] {
      together = ListCarried();
      return together.PeakToMean() <= 1.25;
    });
    Print("cooled down", together);
    EXPECT_EQ(hot_->failed() + cold_->failed(), 0) << "messages were lost";
  }

 private:
  // Looks again and again, with pauses that leave the machine to those who are looked at.
  template <typename Condition>
  void WaitUntil(const std::string& what, Condition condition) {
    const absl::Time start = absl::Now();
    while (!condition()) {
      if (absl::Now() - start > kPatience + kPatientSteps * scenario_.plan_interval) {
        ADD_FAILURE() << "waited in vain until " << what;
        Print("at the end", ListCarried());
        return;
      }
      absl::SleepFor(absl::Milliseconds(50));
    }
    printf("%5.1f s until %s\n", absl::ToDoubleSeconds(absl::Now() - start), what.c_str());
    fflush(stdout);
  }

  void JoinAgents() {
    v1::CreateVirtualClusterRequest request;
    request.set_virtual_cluster_id("orders");
    grpc::ClientContext context;
    v1::VirtualCluster cluster;
    EXPECT_GRPC_OK(v1::VirtualClusterService::NewStub(admin_)->CreateVirtualCluster(
        &context, request, &cluster));
    for (int i = 0; i < kAgents; ++i) {
      agents_.push_back(std::make_unique<AgentProcess>(
          absl::StrCat("agent-", i), plane_.agent_address(),
          std::vector<std::string>{"-agentPoolName=apn_orders", "-defaultVirtualClusterID=orders",
                                   absl::StrCat("-topics=", kTopic, ":", kPartitions)}));
    }
    WaitUntil("every agent is ACTIVE", [&] {
      const std::vector<v1::Agent> agents = ListAgents();
      return agents.size() == kAgents &&
             std::all_of(agents.begin(), agents.end(), [](const v1::Agent& agent) {
               return agent.state() == v1::Agent::STATE_ACTIVE;
             });
    });
  }

  // All but the hot partition, so ordered that each agent gets every fifth message, whatever the
  // hash gave to whom.
  static std::vector<int32_t> ColdPartitions(const std::vector<std::string>& preferred_leaders) {
    std::map<std::string, std::vector<int32_t>> of_agent;
    for (int32_t i = 0; i < kPartitions; ++i) {
      if (i != kHotPartition) of_agent[preferred_leaders[static_cast<size_t>(i)]].push_back(i);
    }
    EXPECT_EQ(of_agent.size(), static_cast<size_t>(kAgents)) << "an agent is home to nothing";
    std::vector<int32_t> partitions;
    for (size_t i = 0; i < kPartitions; ++i) {
      for (const auto& [agent, own] : of_agent) partitions.push_back(own[i % own.size()]);
    }
    return partitions;
  }

  void StartTraffic(const std::vector<std::string>& preferred_leaders) {
    std::vector<std::string> bootstraps;
    for (const auto& agent : agents_) bootstraps.push_back(agent->kafka_address());
    cold_ = std::make_unique<SteadyTraffic>(clock_, "cold", kColdProducers, bootstraps, kTopic,
                                            ColdPartitions(preferred_leaders));
    hot_ = std::make_unique<SteadyTraffic>(clock_, "hot", scenario_.hot_producers, bootstraps,
                                           kTopic, std::vector<int32_t>{kHotPartition});
  }
  void SetTraffic(double heat) {
    hot_->SetBytesPerSecond(heat * kHotShare * scenario_.bytes_per_second);
    cold_->SetBytesPerSecond((1 - kHotShare) * scenario_.bytes_per_second);
  }

  std::vector<v1::Agent> ListAgents() {
    v1::ListAgentsRequest request;
    request.set_parent("agentPools/apn_orders");
    request.set_view(v1::ListAgentsRequest::VIEW_FULL);
    v1::ListAgentsResponse response;
    grpc::ClientContext context;
    EXPECT_GRPC_OK(v1::AgentPoolService::NewStub(admin_)->ListAgents(&context, request, &response));
    return {response.agents().begin(), response.agents().end()};
  }
  Carried ListCarried() {
    Carried carried;
    for (const v1::Agent& agent : ListAgents()) {
      carried.bytes_per_second[agent.agent_id()] = agent.load().bytes_in_per_second();
      for (const v1::PartitionRate& rate : agent.partition_rates()) {
        // The agents' averages fade slowly: remains of past traffic do not count.
        if (rate.partition() == kHotPartition &&
            rate.bytes_in_per_second() > 0.01 * scenario_.bytes_per_second) {
          carried.carriers_of_hot.insert(agent.agent_id());
        }
      }
    }
    return carried;
  }

  // The leaders of all partitions for a client, by agent id.
  std::vector<std::string> Leaders(const std::string& client_id) {
    v1::ResolveLeadersRequest request;
    request.set_virtual_cluster("orders");
    request.set_client_id(client_id);
    request.set_client_address("127.0.0.1");
    v1::TopicPartitions& topic = *request.add_topics();
    topic.set_topic(kTopic);
    topic.set_partition_count(kPartitions);
    grpc::ClientContext context;
    v1::ResolveLeadersResponse answer;
    EXPECT_GRPC_OK(discovery_->ResolveLeaders(&context, request, &answer));
    std::map<int, std::string> ids;
    for (const v1::Broker& broker : answer.brokers()) ids[broker.broker_id()] = broker.agent_id();
    std::vector<std::string> leaders(kPartitions);
    if (answer.topics_size() != 1 || answer.topics(0).leader_broker_ids_size() != kPartitions) {
      ADD_FAILURE() << "no leaders: " << answer.ShortDebugString();
      return leaders;
    }
    for (int i = 0; i < kPartitions; ++i) {
      leaders[static_cast<size_t>(i)] = ids[answer.topics(0).leader_broker_ids(i)];
    }
    return leaders;
  }
  std::set<std::string> LeadersOfHot() {
    std::set<std::string> leaders;
    for (int i = 0; i < scenario_.hot_producers; ++i) {
      leaders.insert(Leaders(absl::StrCat("hot-", i))[kHotPartition]);
    }
    return leaders;
  }
  void ExpectOthersWhereTheyWere(const std::vector<std::string>& preferred_leaders) {
    std::vector<std::string> leaders = Leaders("anybody");
    leaders[kHotPartition] = preferred_leaders[kHotPartition];
    EXPECT_EQ(leaders, preferred_leaders) << "another partition had to go";
  }

  void Print(const char* when, const Carried& carried) {
    printf("%-12s peak/mean %.2f;", when, carried.PeakToMean());
    for (const auto& [agent, bytes] : carried.bytes_per_second) {
      printf("  %s %.2f MB/s%s", agent.c_str(), bytes / 1e6,
             carried.carriers_of_hot.count(agent) > 0 ? " (hot)" : "");
    }
    printf("\n");
    fflush(stdout);
  }

  const HotPartitionScenario scenario_;
  const SystemClock clock_;
  ControlPlaneProcess plane_;
  const std::shared_ptr<grpc::Channel> admin_;
  const std::unique_ptr<v1::DiscoveryService::Stub> discovery_;
  std::vector<std::unique_ptr<AgentProcess>> agents_;
  std::unique_ptr<SteadyTraffic> cold_;
  std::unique_ptr<SteadyTraffic> hot_;
};

}  // namespace

void RunHotPartitionScenario(const HotPartitionScenario& scenario) { Story(scenario).Run(); }

}  // namespace bellwether

// What a Kafka client sees: the real kcat, through real agents, on the real control plane.

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "bellwether/v1/agent_pool.grpc.pb.h"
#include "bellwether/v1/virtual_cluster.grpc.pb.h"
#include "tests/support/agent_process.h"
#include "tests/support/control_plane_process.h"
#include "tests/support/process.h"
#include "tests/support/status_matchers.h"

namespace bellwether {
namespace {

using ::testing::HasSubstr;

// Enough that each agent has some, whatever uid the virtual cluster gets.
constexpr int kPartitions = 64;
constexpr int kAgents = 3;
constexpr char kTopic[] = "clicks";

using Flags = std::vector<std::string>;

class KafkaClientsTest : public testing::Test {
 protected:
  // `agent_flags` are of the first, the second, ... agent.
  explicit KafkaClientsTest(const std::string& heartbeat_interval = "300ms",
                            std::map<int, Flags> agent_flags = {})
      : agent_flags_(std::move(agent_flags)),
        plane_({"--heartbeat_interval=" + heartbeat_interval, "--slow_start=1s",
                "--shutdown_grace=1s", "--plan_interval=1s"}),
        channel_(grpc::CreateChannel(plane_.admin_address(), grpc::InsecureChannelCredentials())) {
    v1::CreateVirtualClusterRequest request;
    request.set_virtual_cluster_id("orders");
    grpc::ClientContext context;
    v1::VirtualCluster cluster;
    EXPECT_GRPC_OK(v1::VirtualClusterService::NewStub(channel_)->CreateVirtualCluster(
        &context, request, &cluster));
    for (int i = 0; i < kAgents; ++i) agents_.push_back(StartAgent(i));
    WaitUntil("every agent is ACTIVE", [this] {
      const std::vector<v1::Agent> agents = ListAgents();
      return agents.size() == kAgents &&
             std::all_of(agents.begin(), agents.end(), [](const v1::Agent& agent) {
               return agent.state() == v1::Agent::STATE_ACTIVE;
             });
    });
    WaitUntil("every agent has heard of every other", [this] {
      for (int i = 0; i < kAgents; ++i) {
        if (Distinct(Leaders(i)).size() < kAgents) return false;
      }
      return true;
    });
  }

  std::unique_ptr<AgentProcess> StartAgent(int agent) {
    Flags flags = {"-agentPoolName=apn_orders", "-defaultVirtualClusterID=orders",
                   "-topics=clicks:64"};
    flags.insert(flags.end(), agent_flags_[agent].begin(), agent_flags_[agent].end());
    return std::make_unique<AgentProcess>("agent-" + std::to_string(agent), plane_.agent_address(),
                                          flags);
  }

  // Looks again and again, each look being a call to another process, for at most half a minute.
  template <typename Condition>
  void WaitUntil(const char* what, Condition condition) {
    const absl::Time deadline = absl::Now() + absl::Seconds(30);
    while (!condition()) {
      ASSERT_LT(absl::Now(), deadline) << "waited in vain until " << what;
    }
  }

  std::vector<v1::Agent> ListAgents() {
    v1::ListAgentsRequest request;
    request.set_parent("agentPools/apn_orders");
    request.set_view(v1::ListAgentsRequest::VIEW_FULL);
    v1::ListAgentsResponse response;
    grpc::Status status;
    // A connection of before a restart breaks only when it is used.
    WaitUntil("the control plane answers", [&] {
      grpc::ClientContext context;
      context.set_wait_for_ready(true);
      status = v1::AgentPoolService::NewStub(channel_)->ListAgents(&context, request, &response);
      return status.error_code() != grpc::StatusCode::UNAVAILABLE;
    });
    EXPECT_GRPC_OK(status);
    return {response.agents().begin(), response.agents().end()};
  }

  int BrokerId(const std::string& agent_id) {
    for (const v1::Agent& agent : ListAgents()) {
      if (agent.agent_id() == agent_id) return agent.broker_id();
    }
    ADD_FAILURE() << agent_id << " is not in its pool";
    return -1;
  }

  // Leader of each partition as `kcat -L` shows it through that agent.
  std::map<int, int> Leaders(int agent, const std::string& client_id = "billing") {
    const CommandResult result =
        RunCommand({"kcat", "-b", agents_[agent]->kafka_address(), "-L", "-t", kTopic, "-X",
                    "client.id=" + client_id, "-m", "10"});
    EXPECT_EQ(result.status, 0) << result.output;
    std::map<int, int> leaders;
    std::istringstream lines(result.output);
    for (std::string line; std::getline(lines, line);) {
      int partition = 0;
      int leader = 0;
      if (sscanf(line.c_str(), " partition %d, leader %d,", &partition, &leader) == 2) {
        leaders[partition] = leader;
      }
    }
    EXPECT_EQ(leaders.size(), static_cast<size_t>(kPartitions)) << result.output;
    return leaders;
  }

  // Whether the brokers that `kcat -L` shows through that agent contain that one.
  bool Lists(int agent, int broker_id) {
    const CommandResult result =
        RunCommand({"kcat", "-b", agents_[agent]->kafka_address(), "-L", "-m", "10"});
    return absl::StrContains(result.output, "broker " + std::to_string(broker_id) + " at");
  }

  static std::set<int> Distinct(const std::map<int, int>& leaders) {
    std::set<int> distinct;
    for (const auto& [partition, leader] : leaders) distinct.insert(leader);
    return distinct;
  }

  // What Prometheus gets at "127.0.0.1:port".
  static std::string Scrape(std::string address) {
    return RunCommand({"/bin/bash", "-c",
                       "exec 3<>/dev/tcp/" + address.replace(9, 1, "/") +
                           "; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3"})
        .output;
  }
  std::string Metrics() const { return Scrape(plane_.metrics_address()); }
  // A metric of an agent, by its name and labels.
  double AgentMetric(int agent, const std::string& metric) const {
    const std::string scraped = Scrape(agents_[agent]->metrics_address());
    const size_t at = scraped.find("\n" + metric + " ");
    if (at == std::string::npos) {
      ADD_FAILURE() << metric << " is not in " << scraped;
      return -1;
    }
    return std::stod(scraped.substr(at + metric.size() + 2));
  }

  std::string Bootstrap() const {
    std::string addresses;
    for (const auto& agent : agents_) addresses += agent->kafka_address() + ",";
    addresses.pop_back();
    return addresses;
  }

  std::map<int, Flags> agent_flags_;
  ControlPlaneProcess plane_;
  const std::shared_ptr<grpc::Channel> channel_;
  std::vector<std::unique_ptr<AgentProcess>> agents_;
};

TEST_F(KafkaClientsTest, SameLeadersWhicheverAgentIsAskedHoweverOften) {
  const std::map<int, int> leaders = Leaders(0);
  EXPECT_EQ(Distinct(leaders).size(), static_cast<size_t>(kAgents));
  for (int i = 0; i < 9; ++i) EXPECT_EQ(Leaders(i % kAgents), leaders);
}

TEST_F(KafkaClientsTest, SingleAgentNamesOneLeaderAndOverFiftyClientsEveryAgent) {
  std::set<int> named;
  for (int i = 0; i < 50; ++i) {
    const std::string client = "billing-" + std::to_string(i) + ",ws_pas=single_agent";
    const std::set<int> leaders = Distinct(Leaders(i % kAgents, client));
    ASSERT_EQ(leaders.size(), 1u);
    named.insert(*leaders.begin());
  }
  EXPECT_EQ(named.size(), static_cast<size_t>(kAgents));
}

TEST_F(KafkaClientsTest, KilledAgentIsOutAfterItsLeaseAndOnlyItsPartitionsMove) {
  const std::map<int, int> before = Leaders(0);
  const int killed = BrokerId("agent-1");
  agents_[1]->process().Signal(SIGKILL);
  std::map<int, int> after;
  WaitUntil("the killed agent is named no more", [&] {
    after = Leaders(0);
    return Distinct(after).count(killed) == 0;
  });
  for (const auto& [partition, leader] : before) {
    if (leader != killed) {
      EXPECT_EQ(after[partition], leader) << "partition " << partition;
    }
  }
}

TEST_F(KafkaClientsTest, AgentThatEndsIsOutAtOnceAndNoClientSeesAnError) {
  const int leaving = BrokerId("agent-1");
  // A producer that goes on all the while; -E would hide errors, so it is not given.
  Process producer(
      {"/bin/sh", "-c",
       "i=0; while [ $i -lt 40 ]; do seq 1 500; i=$((i+1)); sleep 0.1; done | kcat -b " +
           Bootstrap() +
           " -P -t clicks -p -1 -X topic.metadata.refresh.interval.ms=500"
           " -X enable.idempotence=true"});
  agents_[1]->process().Signal(SIGTERM);
  agents_[1]->process().WaitForLine("leaving the pool");
  EXPECT_EQ(Distinct(Leaders(1)).count(leaving), 0u) << "in its own answers at once";
  // The others hear of it a moment later, long before it stops to serve.
  WaitUntil("it leads nothing", [&] { return Distinct(Leaders(0)).count(leaving) == 0; });
  EXPECT_TRUE(Lists(0, leaving)) << "clients that use it still know it";
  EXPECT_THAT(agents_[1]->process().Output(), testing::Not(HasSubstr("left the pool")));
  EXPECT_EQ(agents_[1]->process().Wait(), 0);
  WaitUntil("it is not listed", [&] { return !Lists(0, leaving); });
  EXPECT_EQ(producer.Wait(), 0) << producer.Output();
  EXPECT_THAT(producer.Output(), testing::Not(HasSubstr("Delivery failed")));
}

TEST_F(KafkaClientsTest, HundredThousandMessagesAreDeliveredAndShowInTheLoad) {
  for (const std::string idempotent : {"false", "true"}) {
    const CommandResult result =
        RunCommand({"/bin/sh", "-c",
                    "seq 1 100000 | kcat -b " + Bootstrap() +
                        " -P -t clicks -p -1 -X enable.idempotence=" + idempotent});
    EXPECT_EQ(result.status, 0) << result.output;
    EXPECT_EQ(result.output, "") << "kcat tells errors there";
    WaitUntil("two heartbeats have shown the bytes", [this] {
      double partitions = 0;
      double agents = 0;
      for (const v1::Agent& agent : ListAgents()) {
        agents += agent.load().bytes_in_per_second();
        for (const auto& rate : agent.partition_rates()) partitions += rate.bytes_in_per_second();
      }
      return agents > 1000 && partitions > 1000;
    });
  }
}

TEST_F(KafkaClientsTest, KilledControlPlaneComesBackWithTheSameLeaders) {
  const std::map<int, int> before = Leaders(0);
  const std::vector<v1::Agent> agents_before = ListAgents();
  // Stopped agents send no heartbeat: all that the control plane knows comes from its disk.
  for (const auto& agent : agents_) agent->process().Signal(SIGSTOP);
  EXPECT_EQ(plane_.Stop(SIGKILL), -SIGKILL);
  plane_.Start();
  const std::vector<v1::Agent> agents_after = ListAgents();
  ASSERT_EQ(agents_after.size(), agents_before.size());
  for (size_t i = 0; i < agents_after.size(); ++i) {
    EXPECT_EQ(agents_after[i].agent_id(), agents_before[i].agent_id());
    EXPECT_EQ(agents_after[i].broker_id(), agents_before[i].broker_id());
    EXPECT_EQ(agents_after[i].agent_epoch(), agents_before[i].agent_epoch());
    EXPECT_FALSE(agents_after[i].has_load()) << "no heartbeat has arrived yet";
  }
  for (const auto& agent : agents_) agent->process().Signal(SIGCONT);
  WaitUntil("agents are connected again", [this] {
    const std::vector<v1::Agent> agents = ListAgents();
    return std::all_of(agents.begin(), agents.end(),
                       [](const v1::Agent& agent) { return agent.has_load(); });
  });
  for (int i = 0; i < kAgents; ++i) EXPECT_EQ(Leaders(i), before);
}

// With leases that are longer than the time between two attempts of an agent to reach the control
// plane, as by default.
class LongLeasesTest : public KafkaClientsTest {
 protected:
  LongLeasesTest() : KafkaClientsTest("2s") {}
  static constexpr int kLeaseSeconds = 6;
};

TEST_F(LongLeasesTest, KilledAgentIsOutLongBeforeItsLeaseEnds) {
  const std::map<int, int> before = Leaders(0);
  const int killed = BrokerId("agent-1");
  agents_[1]->process().Signal(SIGKILL);
  std::map<int, int> after;
  WaitUntil("the killed agent is named no more", [&] {
    after = Leaders(0);
    return Distinct(after).count(killed) == 0;
  });
  for (const v1::Agent& agent : ListAgents()) {
    if (agent.broker_id() != killed) continue;
    EXPECT_EQ(agent.state(), v1::Agent::STATE_SUSPECT);
    EXPECT_LT(agent.last_heartbeat_age().seconds(), 6) << "a lease";
  }
  for (const auto& [partition, leader] : before) {
    if (leader != killed) {
      EXPECT_EQ(after[partition], leader) << "partition " << partition;
    }
  }
}

TEST_F(LongLeasesTest, WithoutTheControlPlaneNoCallFailsAndNoLeaderChanges) {
  const std::map<int, int> before = Leaders(0);
  // What all agents return to that client while the control plane is unreachable.
  std::map<int, int> single;
  int stranger = 0;
  const auto ask_all = [&](const char* when, bool is_away) {
    for (int agent = 0; agent < kAgents; ++agent) {
      EXPECT_EQ(Leaders(agent), before) << when << " through agent " << agent;
      // A new client id.
      Leaders(agent, "stranger-" + std::to_string(++stranger));
      const std::map<int, int> alone = Leaders(agent, "payroll,ws_pas=single_agent");
      EXPECT_EQ(Distinct(alone).size(), 1u) << when;
      if (is_away) {
        if (single.empty()) single = alone;
        EXPECT_EQ(alone, single) << when << " through agent " << agent;
      }
      EXPECT_EQ(
          Distinct(Leaders(agent, "lonely-" + std::to_string(stranger) + ",ws_pas=single_agent"))
              .size(),
          1u)
          << when;
    }
  };
  // It stands still: nothing fails, but nothing comes either.
  plane_.process().Signal(SIGSTOP);
  ask_all("while it hangs", true);
  plane_.process().Signal(SIGCONT);
  // It is killed, for longer than a lease.
  EXPECT_EQ(plane_.Stop(SIGKILL), -SIGKILL);
  for (const auto& agent : agents_) agent->process().WaitForLine("may be outdated");
  EXPECT_GT(AgentMetric(0, "bellwether_reference_agent_view_age_seconds"), 0);
  const double from_view =
      AgentMetric(0, "bellwether_reference_agent_leader_answers_total{from=\"view\"}");
  const absl::Time back = absl::Now() + absl::Seconds(7);
  while (absl::Now() < back) ask_all("while it is away", true);
  plane_.Start();
  const auto all_are_back = [&] {
    return absl::StrContains(Metrics(), "bellwether_pool_watchers{agent_pool=\"apn_orders\"} 3\n");
  };
  while (!all_are_back()) ask_all("while agents come back", false);
  ask_all("when it is back", false);
  WaitUntil("the agent's view is current",
            [this] { return AgentMetric(0, "bellwether_reference_agent_view_age_seconds") == 0; });
  const auto answers = [this](const std::string& from) {
    return AgentMetric(0, "bellwether_reference_agent_leader_answers_total{from=\"" + from + "\"}");
  };
  EXPECT_GT(answers("view"), from_view);
  EXPECT_GT(answers("control_plane"), 0);
  EXPECT_GT(answers("view_alone"), 0);
  EXPECT_EQ(answers("nobody"), 0);
}

// Started with an empty data directory at the old address, it is another cluster's.
TEST_F(LongLeasesTest, ControlPlaneThatForgotTheClusterIsAsGoodAsNone) {
  const std::map<int, int> before = Leaders(0);
  EXPECT_EQ(plane_.Stop(SIGTERM), 0);
  std::filesystem::remove_all(plane_.data_dir());
  plane_.Start();
  for (const auto& agent : agents_) agent->process().WaitForLine("FAILED_PRECONDITION");
  EXPECT_EQ(Leaders(0), before);
  // Nor if it has a virtual cluster and a pool with the same names.
  v1::CreateVirtualClusterRequest request;
  request.set_virtual_cluster_id("orders");
  const auto clusters = v1::VirtualClusterService::NewStub(
      grpc::CreateChannel(plane_.admin_address(), grpc::InsecureChannelCredentials()));
  grpc::Status created;
  do {
    // gRPC may share a connection to the control plane that has ended.
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    v1::VirtualCluster cluster;
    created = clusters->CreateVirtualCluster(&context, request, &cluster);
  } while (created.error_code() == grpc::StatusCode::UNAVAILABLE);
  ASSERT_GRPC_OK(created);
  for (int agent = 0; agent < kAgents; ++agent) {
    agents_[agent]->process().WaitForLine("view is old");
    EXPECT_EQ(Leaders(agent), before);
    EXPECT_EQ(Distinct(Leaders(agent, "billing,ws_pas=single_agent")).size(), 1u);
  }
  EXPECT_TRUE(ListAgents().empty());
}

TEST_F(LongLeasesTest, WithoutTheControlPlaneAgentsSeeWhoIsGone) {
  const std::map<int, int> before = Leaders(0);
  const int killed = BrokerId("agent-2");
  EXPECT_EQ(plane_.Stop(SIGKILL), -SIGKILL);
  agents_[2]->process().Signal(SIGKILL);
  for (int agent = 0; agent < 2; ++agent) {
    agents_[agent]->process().WaitForLine("unreachable agents excluded");
    std::map<int, int> after = Leaders(agent);
    EXPECT_EQ(Distinct(after).count(killed), 0u);
    for (const auto& [partition, leader] : before) {
      if (leader != killed) {
        EXPECT_EQ(after[partition], leader) << "partition " << partition;
      }
    }
  }
}

TEST_F(LongLeasesTest, ControlPlaneThatIsBackBelievesAgentsWhoIsGone) {
  const std::map<int, int> before = Leaders(0);
  const int killed = BrokerId("agent-2");
  EXPECT_EQ(plane_.Stop(SIGKILL), -SIGKILL);
  agents_[2]->process().Signal(SIGKILL);
  for (int agent = 0; agent < 2; ++agent)
    agents_[agent]->process().WaitForLine("unreachable agents excluded");
  plane_.Start();
  WaitUntil("the control plane knows that it is gone", [&] {
    // Meanwhile agents answer as before.
    EXPECT_EQ(Distinct(Leaders(0)).count(killed), 0u);
    const std::vector<v1::Agent> agents = ListAgents();
    return agents.size() == kAgents && agents[2].state() == v1::Agent::STATE_SUSPECT;
  });
  EXPECT_LT(ListAgents()[2].last_heartbeat_age().seconds(), kLeaseSeconds) << "not by its lease";
  std::map<int, int> after = Leaders(0);
  EXPECT_EQ(Distinct(after).count(killed), 0u);
  for (const auto& [partition, leader] : before) {
    if (leader != killed) {
      EXPECT_EQ(after[partition], leader) << "partition " << partition;
    }
  }
}

class RestartingAgentTest : public KafkaClientsTest {
 protected:
  RestartingAgentTest() : KafkaClientsTest("300ms", {{1, {"-announceRestart"}}}) {}
};

TEST_F(RestartingAgentTest, AnnouncedRestartLendsItsPartitionsAndGivesThemBack) {
  const std::map<int, int> before = Leaders(0);
  const int restarting = BrokerId("agent-1");
  agents_[1]->process().Signal(SIGTERM);
  EXPECT_EQ(agents_[1]->process().Wait(), 0);
  std::map<int, int> meanwhile;
  WaitUntil("it is named no more", [&] {
    meanwhile = Leaders(0);
    return Distinct(meanwhile).count(restarting) == 0;
  });
  for (const auto& [partition, leader] : before) {
    if (leader != restarting) {
      EXPECT_EQ(meanwhile[partition], leader) << "partition " << partition;
    }
  }
  for (const v1::Agent& agent : ListAgents()) {
    if (agent.broker_id() == restarting) {
      EXPECT_EQ(agent.state(), v1::Agent::STATE_DRAINING) << "its homes are kept";
    }
  }
  EXPECT_EQ(ListAgents().size(), static_cast<size_t>(kAgents)) << "it has not left";
  agents_[1] = StartAgent(1);
  WaitUntil("it has everything back", [&] { return Leaders(0) == before; });
}

class ZonedAgentsTest : public KafkaClientsTest {
 protected:
  ZonedAgentsTest()
      : KafkaClientsTest("300ms", {{0, {"-availabilityZone=a"}},
                                   {1, {"-availabilityZone=a"}},
                                   {2, {"-availabilityZone=b"}}}) {}

  void Write(const std::string& client_id, int partition) {
    const CommandResult result =
        RunCommand({"/bin/sh", "-c",
                    "seq 1 50000 | kcat -b " + Bootstrap() + " -P -t clicks -p " +
                        std::to_string(partition) + " -X client.id=" + client_id});
    EXPECT_EQ(result.status, 0) << result.output;
  }
  // Whose plan brought it, by partition, as the agents report it.
  std::map<int, std::set<std::string>> PlanZones() {
    std::map<int, std::set<std::string>> zones;
    for (const v1::Agent& agent : ListAgents()) {
      for (const auto& rate : agent.partition_rates()) {
        zones[rate.partition()].insert(rate.plan_zone());
      }
    }
    return zones;
  }
};

TEST_F(ZonedAgentsTest, TrafficIsReportedUnderThePlanThatLedItThere) {
  Write("app,ws_az=a", 1);
  Write("app", 2);
  Write("app,ws_pas=single_agent", 3);
  Write("app,ws_az=a,ws_pas=single_agent", 4);
  std::map<int, std::set<std::string>> zones;
  WaitUntil("the agents have reported it", [&] {
    zones = PlanZones();
    return zones.count(1) == 1 && zones.count(2) == 1;
  });
  EXPECT_EQ(zones[1], std::set<std::string>{"a"});
  EXPECT_EQ(zones[2], std::set<std::string>{""});
  EXPECT_EQ(zones.size(), 2u) << "single_agent has no plan";
  WaitUntil("the zone has a plan of its own", [this] {
    return absl::StrContains(Metrics(),
                             "bellwether_plan_imbalance_ratio{agent_pool=\"apn_orders\","
                             "zone=\"a\"}");
  });
  // With it, agents still answer as one.
  const std::map<int, int> leaders = Leaders(0, "app,ws_az=a");
  EXPECT_EQ(Distinct(leaders), (std::set<int>{BrokerId("agent-0"), BrokerId("agent-1")}));
  for (int i = 0; i < kAgents; ++i) EXPECT_EQ(Leaders(i, "app,ws_az=a"), leaders);
}

TEST_F(KafkaClientsTest, MisspeltStrategyIsServedAndCounted) {
  EXPECT_EQ(Leaders(0, "billing,ws_pas=singel_agent"), Leaders(0));
  // The agent answered, and reports it with its next heartbeat.
  WaitUntil("the mistake is counted", [this] {
    return std::regex_search(
        Metrics(),
        std::regex("bellwether_client_id_problems_total.kind=\"unknown_strategy\". [1-9]"));
  });
  EXPECT_THAT(Metrics(),
              testing::ContainsRegex("bellwether_leader_queries_total.answered_by=\"agent\","
                                     ".*strategy=\"consistent_random_jump\". [1-9]"));
}

TEST_F(KafkaClientsTest, MisconfiguredAgentRefusesToStartAndSaysWhy) {
  const struct {
    std::vector<std::string> flags;
    const char* named;
  } mistakes[] = {
      {{"-agentPoolName=apn_nowhere", "-defaultVirtualClusterID=orders"}, "apn_nowhere"},
      {{"-agentPoolName=apn_default", "-defaultVirtualClusterID=orders"}, "apn_orders"},
      {{"-agentPoolName=apn_orders", "-defaultPartitionAssignmentStrategy=singel_agent"},
       "single_agent"},
      {{"-agentPoolNam=apn_orders"}, "agentPoolNam"},
      {{"-metricsAddress=nowhere.invalid:7424"}, "-metricsAddress is nowhere.invalid:7424"},
  };
  for (const auto& mistake : mistakes) {
    const TempDir directory;
    std::vector<std::string> command = {ProgramFromEnvironment("BELLWETHER_AGENT"),
                                        "-controlPlaneAddress=" + plane_.agent_address(),
                                        "-kafkaAddress=127.0.0.1:0",
                                        "-stateDir=" + directory.path(), "-topics=clicks:12"};
    command.insert(command.end(), mistake.flags.begin(), mistake.flags.end());
    const CommandResult result = RunCommand(command);
    EXPECT_NE(result.status, 0) << mistake.flags[0];
    EXPECT_GT(result.status, 0) << "killed by a signal: " << mistake.flags[0];
    EXPECT_THAT(result.output, HasSubstr(mistake.named));
  }
  // Sets the same options by the variables of WarpStream's agents.
  const CommandResult variable = RunCommand(
      {ProgramFromEnvironment("BELLWETHER_AGENT"), "-controlPlaneAddress=" + plane_.agent_address(),
       "-kafkaAddress=127.0.0.1:0", "-topics=clicks:12", "-agentID=x"},
      {{"WARPSTREAM_AGENT_POOL_NAME", "apn_nowhere"}});
  EXPECT_GT(variable.status, 0);
  EXPECT_THAT(variable.output, HasSubstr("apn_nowhere"));
}

}  // namespace
}  // namespace bellwether

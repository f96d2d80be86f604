// No agent is declared dead by mistake: real agents, a real control plane, and signals.

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "bellwether/v1/agent_pool.grpc.pb.h"
#include "bellwether/v1/discovery.grpc.pb.h"
#include "bellwether/v1/virtual_cluster.grpc.pb.h"
#include "tests/support/agent_process.h"
#include "tests/support/control_plane_process.h"
#include "tests/support/process.h"
#include "tests/support/status_matchers.h"

namespace bellwether {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kPartitions = 64;

// The partitions' leaders, by agent id, and the view that they are from.
struct Leaders {
  std::vector<std::string> agents;
  int64_t view_version = 0;
};

// A control plane whose leases last 0.9 seconds, and agents of its default pool.
class LivenessTest : public testing::Test {
 protected:
  void Start(int agents, std::vector<std::string> flags = {}) {
    flags.insert(flags.end(), {"--heartbeat_interval=300ms", "--slow_start=0s",
                               "--shutdown_grace=1s", "--plan_interval=1h"});
    plane_ = std::make_unique<ControlPlaneProcess>(flags);
    for (int i = 0; i < agents; ++i) {
      agents_.push_back(std::make_unique<AgentProcess>("agent-" + std::to_string(i),
                                                       plane_->agent_address(),
                                                       std::vector<std::string>{"-topics=t:64"}));
    }
    WaitForStates(std::vector<v1::Agent::State>(agents, v1::Agent::STATE_ACTIVE));
  }

  // Looks again and again, each look being a call to another process, for at most half a minute.
  template <typename Condition>
  void WaitUntil(const std::string& what, Condition condition) {
    const absl::Time deadline = absl::Now() + absl::Seconds(30);
    while (!condition()) {
      ASSERT_LT(absl::Now(), deadline) << "waited in vain until " << what;
    }
  }
  void WaitForStates(const std::vector<v1::Agent::State>& states) {
    WaitUntil("the agents have the states they should have", [&] { return States() == states; });
  }

  std::vector<v1::Agent> ListAgents(const std::string& pool = "apn_default") {
    v1::ListAgentsRequest request;
    request.set_parent("agentPools/" + pool);
    grpc::ClientContext context;
    v1::ListAgentsResponse response;
    EXPECT_GRPC_OK(Pools()->ListAgents(&context, request, &response));
    return {response.agents().begin(), response.agents().end()};
  }
  std::vector<v1::Agent::State> States() {
    std::vector<v1::Agent::State> states;
    for (const v1::Agent& agent : ListAgents()) states.push_back(agent.state());
    return states;
  }

  Leaders GetLeaders() {
    v1::ResolveLeadersRequest request;
    request.set_virtual_cluster("vcn_default");
    request.set_client_id("billing");
    v1::TopicPartitions& topic = *request.add_topics();
    topic.set_topic("t");
    topic.set_partition_count(kPartitions);
    grpc::ClientContext context;
    v1::ResolveLeadersResponse response;
    const auto channel =
        grpc::CreateChannel(plane_->agent_address(), grpc::InsecureChannelCredentials());
    EXPECT_GRPC_OK(
        v1::DiscoveryService::NewStub(channel)->ResolveLeaders(&context, request, &response));
    std::map<int, std::string> ids;
    for (const v1::Broker& broker : response.brokers()) ids[broker.broker_id()] = broker.agent_id();
    Leaders leaders{{}, response.view_version()};
    for (const v1::TopicLeaders& topic_leaders : response.topics()) {
      for (const int broker_id : topic_leaders.leader_broker_ids()) {
        leaders.agents.push_back(ids.at(broker_id));
      }
    }
    return leaders;
  }

  std::string Scrape() {
    const std::string& address = plane_->metrics_address();
    const CommandResult result =
        RunCommand({"/bin/bash", "-c",
                    "exec 3<>/dev/tcp/127.0.0.1/" + address.substr(address.rfind(':') + 1) +
                        "; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; sed '1,/^\\r$/d' <&3"});
    EXPECT_EQ(result.status, 0) << result.output;
    return result.output;
  }

  std::unique_ptr<v1::AgentPoolService::Stub> Pools() {
    return v1::AgentPoolService::NewStub(
        grpc::CreateChannel(plane_->admin_address(), grpc::InsecureChannelCredentials()));
  }

  std::unique_ptr<ControlPlaneProcess> plane_;
  std::vector<std::unique_ptr<AgentProcess>> agents_;
};

TEST_F(LivenessTest, ControlPlaneThatWasSuspendedKillsNobody) {
  // Two are too few for the pool to be frozen.
  Start(2);
  const Leaders before = GetLeaders();
  plane_->process().Signal(SIGSTOP);
  // An agent waits seconds for the answer to a heartbeat, which is several leases.
  for (const auto& agent : agents_) agent->process().WaitForLine("control plane unusable");
  plane_->process().Signal(SIGCONT);
  EXPECT_EQ(GetLeaders().view_version, before.view_version) << "whoever asks first";
  for (const auto& agent : agents_) agent->process().WaitForLine("control plane reachable again");
  const Leaders after = GetLeaders();
  EXPECT_EQ(after.agents, before.agents);
  EXPECT_EQ(after.view_version, before.view_version) << "not even for a moment";
  EXPECT_THAT(
      Scrape(),
      HasSubstr("bellwether_agent_lease_expirations_total{agent_pool=\"apn_default\"} 0\n"));
}

TEST_F(LivenessTest, SuspendedAgentIsSuspectThenDeadAndComesBack) {
  Start(3);
  const Leaders before = GetLeaders();
  agents_[1]->process().Signal(SIGSTOP);
  WaitForStates({v1::Agent::STATE_ACTIVE, v1::Agent::STATE_SUSPECT, v1::Agent::STATE_ACTIVE});
  WaitForStates({v1::Agent::STATE_ACTIVE, v1::Agent::STATE_DEAD, v1::Agent::STATE_ACTIVE});
  const Leaders without = GetLeaders();
  for (int i = 0; i < kPartitions; ++i) {
    EXPECT_NE(without.agents[i], "agent-1");
    if (before.agents[i] != "agent-1") {
      EXPECT_EQ(without.agents[i], before.agents[i]);
    }
  }
  agents_[1]->process().Signal(SIGCONT);
  WaitForStates(std::vector<v1::Agent::State>(3, v1::Agent::STATE_ACTIVE));
  EXPECT_EQ(GetLeaders().agents, before.agents);
  EXPECT_THAT(
      Scrape(),
      HasSubstr("bellwether_agent_lease_expirations_total{agent_pool=\"apn_default\"} 1\n"));
}

TEST_F(LivenessTest, MostAgentsSilentAtOnceFreezeThePoolUntilTheyAreBack) {
  Start(5, {"--freeze_limit=1h"});
  const Leaders before = GetLeaders();
  for (int i = 0; i < 3; ++i) agents_[i]->process().Signal(SIGSTOP);
  plane_->process().WaitForLine("pool frozen");
  EXPECT_THAT(Scrape(), HasSubstr("bellwether_agent_pool_frozen{agent_pool=\"apn_default\"} 1\n"));
  // Longer than it takes to die.
  WaitUntil("they have been silent for ten leases",
            [this] { return ListAgents()[0].last_heartbeat_age().seconds() >= 9; });
  EXPECT_EQ(GetLeaders().view_version, before.view_version);
  for (int i = 0; i < 3; ++i) agents_[i]->process().Signal(SIGCONT);
  plane_->process().WaitForLine("pool unfrozen");
  const Leaders after = GetLeaders();
  EXPECT_EQ(after.agents, before.agents);
  EXPECT_THAT(Scrape(), HasSubstr("bellwether_agent_pool_frozen{agent_pool=\"apn_default\"} 0\n"));
}

TEST_F(LivenessTest, AgentsThatAreReallyGoneAreDrainedOrBelievedToBeDead) {
  Start(5, {"--freeze_limit=8s"});
  for (int i = 0; i < 3; ++i) agents_[i]->process().Signal(SIGKILL);
  plane_->process().WaitForLine("pool frozen");
  EXPECT_THAT(GetLeaders().agents, testing::Contains("agent-0"));
  v1::DrainAgentRequest drain;
  drain.set_name("agentPools/apn_default/agents/agent-0");
  grpc::ClientContext context;
  v1::Agent agent;
  ASSERT_GRPC_OK(Pools()->DrainAgent(&context, drain, &agent));
  EXPECT_THAT(GetLeaders().agents, Not(testing::Contains("agent-0"))) << "at once";
  WaitForStates({v1::Agent::STATE_DEAD, v1::Agent::STATE_DEAD, v1::Agent::STATE_DEAD,
                 v1::Agent::STATE_ACTIVE, v1::Agent::STATE_ACTIVE});
  const Leaders after = GetLeaders();
  EXPECT_EQ(std::set<std::string>(after.agents.begin(), after.agents.end()),
            (std::set<std::string>{"agent-3", "agent-4"}));
}

TEST_F(LivenessTest, PoolWhoseAgentsAreAllKilledKeepsOneAnswerThatIsSuspect) {
  Start(4, {"--freeze_limit=5s"});
  v1::CreateVirtualClusterRequest request;
  request.set_virtual_cluster_id("other");
  grpc::ClientContext context;
  v1::VirtualCluster cluster;
  ASSERT_GRPC_OK(
      v1::VirtualClusterService::NewStub(
          grpc::CreateChannel(plane_->admin_address(), grpc::InsecureChannelCredentials()))
          ->CreateVirtualCluster(&context, request, &cluster));
  AgentProcess other("other", plane_->agent_address(), {"-agentPoolName=apn_other", "-topics=t:1"});
  WaitUntil("the agent of the other pool is active", [this] {
    const std::vector<v1::Agent> agents = ListAgents("apn_other");
    return agents.size() == 1 && agents[0].state() == v1::Agent::STATE_ACTIVE;
  });
  const Leaders before = GetLeaders();
  for (const auto& agent : agents_) agent->process().Signal(SIGKILL);
  plane_->process().WaitForLine("pool frozen");
  EXPECT_EQ(GetLeaders().agents, before.agents) << "it may be the network";
  WaitUntil("three are dead, and the last is suspect", [this] {
    std::vector<v1::Agent::State> states = States();
    return std::count(states.begin(), states.end(), v1::Agent::STATE_DEAD) == 3 &&
           std::count(states.begin(), states.end(), v1::Agent::STATE_SUSPECT) == 1;
  });
  std::string last;
  for (const v1::Agent& agent : ListAgents()) {
    if (agent.state() == v1::Agent::STATE_SUSPECT) last = agent.agent_id();
  }
  const Leaders after = GetLeaders();
  EXPECT_EQ(std::set<std::string>(after.agents.begin(), after.agents.end()),
            std::set<std::string>{last});
  EXPECT_THAT(Scrape(), HasSubstr("bellwether_agent_pool_frozen{agent_pool=\"apn_default\"} 0\n"));
  EXPECT_THAT(Scrape(),
              HasSubstr("bellwether_agents{agent_pool=\"apn_default\",state=\"active\"} 0\n"));
  EXPECT_EQ(ListAgents("apn_other")[0].state(), v1::Agent::STATE_ACTIVE);
  // An agent that starts takes everything over.
  agents_[0] = std::make_unique<AgentProcess>("agent-0", plane_->agent_address(),
                                              std::vector<std::string>{"-topics=t:64"});
  WaitUntil("the agent that started leads", [this] {
    const std::vector<std::string> leaders = GetLeaders().agents;
    return std::count(leaders.begin(), leaders.end(), "agent-0") == kPartitions &&
           States()[0] == v1::Agent::STATE_ACTIVE;
  });
}

TEST_F(LivenessTest, AgingConnectionsAreReplacedWithoutABlip) {
  Start(2, {"--connection_age=500ms"});
  const Leaders before = GetLeaders();
  WaitUntil("many connections have been replaced, and the streams on them", [this] {
    const std::string metrics = Scrape();
    const std::string count =
        "grpc_server_handling_seconds_count{grpc_method=\"StreamHeartbeats\","
        "grpc_service=\"bellwether.v1.AgentService\",grpc_type=\"bidi_stream\"} ";
    const size_t at = metrics.find(count);
    return at != std::string::npos && std::stoi(metrics.substr(at + count.size())) >= 8;
  });
  EXPECT_EQ(GetLeaders().view_version, before.view_version);
  for (const auto& agent : agents_) {
    EXPECT_THAT(agent->process().Output(), Not(HasSubstr("control plane unusable")));
  }
  EXPECT_THAT(
      Scrape(),
      HasSubstr("bellwether_agent_lease_expirations_total{agent_pool=\"apn_default\"} 0\n"));
}

}  // namespace
}  // namespace bellwether

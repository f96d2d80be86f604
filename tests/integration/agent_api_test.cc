// Registration, heartbeats and leader queries over real gRPC, on the real store and a fake clock.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_control_plane.h"

namespace bellwether {
namespace {

using ::testing::HasSubstr;

constexpr int kPartitions = 64;

class AgentApiTest : public testing::Test {
 protected:
  void SetUp() override {
    v1::CreateVirtualClusterRequest request;
    request.set_virtual_cluster_id("orders");
    grpc::ClientContext context;
    v1::VirtualCluster cluster;
    ASSERT_GRPC_OK(plane_.clusters().CreateVirtualCluster(&context, request, &cluster));
  }

  grpc::Status TryRegister(const v1::RegisterAgentRequest& request) {
    grpc::ClientContext context;
    v1::RegisterAgentResponse response;
    return plane_.agents().RegisterAgent(&context, request, &response);
  }
  grpc::Status Deregister(const std::string& agent_id, const v1::RegisterAgentResponse& from,
                          bool restarting = false) {
    v1::DeregisterAgentRequest request;
    request.set_restarting(restarting);
    request.set_agent_id(agent_id);
    request.set_agent_pool(from.agent_pool());
    request.set_agent_epoch(from.agent_epoch());
    grpc::ClientContext context;
    v1::DeregisterAgentResponse response;
    return plane_.agents().DeregisterAgent(&context, request, &response);
  }
  grpc::Status AnnounceDeparture(const std::string& agent_id,
                                 const v1::RegisterAgentResponse& from) {
    v1::AnnounceDepartureRequest request;
    request.set_agent_id(agent_id);
    request.set_agent_pool(from.agent_pool());
    request.set_agent_epoch(from.agent_epoch());
    grpc::ClientContext context;
    v1::AnnounceDepartureResponse response;
    return plane_.agents().AnnounceDeparture(&context, request, &response);
  }
  // Ids of the agents that answers list.
  std::set<std::string> Listed() {
    v1::ResolveLeadersResponse answer;
    EXPECT_GRPC_OK(plane_.Resolve("orders", "billing", 1, &answer));
    std::set<std::string> ids;
    for (const v1::Broker& broker : answer.brokers()) ids.insert(broker.agent_id());
    return ids;
  }
  // Leaders of the partitions of topic "t", by agent id.
  std::vector<std::string> Leaders(const std::string& client_id,
                                   const std::string& asked_agent = "") {
    v1::ResolveLeadersResponse answer;
    EXPECT_GRPC_OK(plane_.Resolve("orders", client_id, kPartitions, &answer, asked_agent));
    std::map<int, std::string> agents;
    for (const v1::Broker& broker : answer.brokers())
      agents[broker.broker_id()] = broker.agent_id();
    std::vector<std::string> leaders;
    for (const v1::TopicLeaders& topic : answer.topics()) {
      for (const int broker_id : topic.leader_broker_ids()) leaders.push_back(agents.at(broker_id));
    }
    EXPECT_EQ(leaders.size(), static_cast<size_t>(kPartitions));
    return leaders;
  }
  std::vector<v1::Agent> ListAgents() {
    v1::ListAgentsRequest request;
    request.set_parent("agentPools/apn_orders");
    request.set_view(v1::ListAgentsRequest::VIEW_FULL);
    grpc::ClientContext context;
    v1::ListAgentsResponse response;
    EXPECT_GRPC_OK(plane_.pools().ListAgents(&context, request, &response));
    return {response.agents().begin(), response.agents().end()};
  }

  TestControlPlane plane_;
};

TEST_F(AgentApiTest, RegistrationTellsTheAgentWhatItNeeds) {
  const auto response = plane_.Register(TestControlPlane::Registration("agent-0", "apn_orders"));
  EXPECT_GT(response.agent_epoch(), 0);
  EXPECT_GE(response.broker_id(), 0);
  EXPECT_GT(response.lease_duration().seconds(), response.heartbeat_interval().seconds());
  EXPECT_EQ(response.virtual_cluster(), "virtualClusters/orders");
  EXPECT_EQ(response.agent_pool(), "agentPools/apn_orders");
  EXPECT_FALSE(response.cluster_uid().empty());
}

TEST_F(AgentApiTest, AgentWithoutAPoolJoinsTheDefaultOne) {
  const auto response = plane_.Register(TestControlPlane::Registration("agent-0", ""));
  EXPECT_EQ(response.agent_pool(), "agentPools/apn_default");
  EXPECT_EQ(response.virtual_cluster(), "virtualClusters/vcn_default");
}

TEST_F(AgentApiTest, MisconfiguredAgentIsToldWhatWouldBeRight) {
  EXPECT_GRPC_ERROR(TryRegister(TestControlPlane::Registration("agent-0", "apn_nowhere")),
                    grpc::StatusCode::NOT_FOUND, "AGENT_POOL_NOT_FOUND");
  auto mismatch = TestControlPlane::Registration("agent-0", "apn_default");
  mismatch.set_virtual_cluster("orders");
  const grpc::Status status = TryRegister(mismatch);
  EXPECT_GRPC_ERROR(status, grpc::StatusCode::FAILED_PRECONDITION, "AGENT_POOL_MISMATCH");
  EXPECT_THAT(status.error_message(), HasSubstr("apn_orders"));
  auto no_cluster = TestControlPlane::Registration("agent-0", "apn_orders");
  no_cluster.set_virtual_cluster("nothing");
  EXPECT_GRPC_ERROR(TryRegister(no_cluster), grpc::StatusCode::NOT_FOUND,
                    "VIRTUAL_CLUSTER_NOT_FOUND");
  auto misspelt = TestControlPlane::Registration("agent-0", "apn_orders");
  misspelt.set_default_partition_assignment_strategy("single-agent");
  EXPECT_GRPC_ERROR(TryRegister(misspelt), grpc::StatusCode::INVALID_ARGUMENT, "UNKNOWN_STRATEGY");
  auto unreachable = TestControlPlane::Registration("agent-0", "apn_orders");
  unreachable.set_address("no-port");
  EXPECT_GRPC_ERROR(TryRegister(unreachable), grpc::StatusCode::INVALID_ARGUMENT,
                    "INVALID_ARGUMENT");
}

TEST_F(AgentApiTest, FieldsOfARegistrationThatCannotBeRightAreRefusedByName) {
  const auto refused_field = [&](const std::function<void(v1::RegisterAgentRequest&)>& spoil) {
    v1::RegisterAgentRequest request = TestControlPlane::Registration("agent-0", "apn_orders");
    spoil(request);
    const grpc::Status status = TryRegister(request);
    EXPECT_GRPC_ERROR(status, grpc::StatusCode::INVALID_ARGUMENT, "INVALID_ARGUMENT");
    const std::string message = status.error_message();
    return message.substr(0, message.find(' '));
  };
  using Request = v1::RegisterAgentRequest;
  EXPECT_EQ(refused_field([](Request& r) { r.set_zone("us-east-1a\n"); }), "zone");
  EXPECT_EQ(refused_field([](Request& r) { r.set_zone("'us-east-1a '"); }), "zone");
  EXPECT_EQ(refused_field([](Request& r) { r.set_agent_group("\"blue\n\""); }), "agent_group");
  EXPECT_EQ(refused_field([](Request& r) { r.set_agent_pool("apn_orders\r"); }), "agent_pool");
  EXPECT_EQ(refused_field([](Request& r) { r.set_virtual_cluster(" orders"); }), "virtual_cluster");
  EXPECT_EQ(refused_field([](Request& r) { r.set_boot_id("boot\n"); }), "boot_id");
  EXPECT_EQ(refused_field([](Request& r) { r.set_software_version("1\t"); }), "software_version");
  for (const char* address : {"PLAINTEXT://h1:9092", "$(POD_NAME).x:9092", "{{host}}:9092",
                              "b c:9092", "a..b:9092", "0.0.0.0:9092"}) {
    EXPECT_EQ(refused_field([&](Request& r) { r.set_address(address); }), "address") << address;
  }
}

TEST_F(AgentApiTest, LaterRunFencesTheEarlierOne) {
  const auto first = plane_.Join("agent-0", "apn_orders");
  const auto again =
      plane_.Register(TestControlPlane::Registration("agent-0", "apn_orders", "boot-1"));
  EXPECT_EQ(again.agent_epoch(), first.agent_epoch()) << "a lost reply changes nothing";
  const auto second =
      plane_.Register(TestControlPlane::Registration("agent-0", "apn_orders", "boot-2"));
  EXPECT_GT(second.agent_epoch(), first.agent_epoch());
  EXPECT_EQ(second.broker_id(), first.broker_id());
  EXPECT_GRPC_ERROR(plane_.SendHeartbeat("agent-0", first, 9),
                    grpc::StatusCode::FAILED_PRECONDITION, "STALE_AGENT_EPOCH");
  EXPECT_GRPC_OK(plane_.SendHeartbeat("agent-0", second, 1));
  EXPECT_GRPC_ERROR(Deregister("agent-0", first), grpc::StatusCode::FAILED_PRECONDITION,
                    "STALE_AGENT_EPOCH");
}

TEST_F(AgentApiTest, HeartbeatForAnotherControlPlaneIsRefused) {
  auto registration = plane_.Join("agent-0", "apn_orders");
  registration.set_cluster_uid("somebody-else");
  EXPECT_GRPC_ERROR(plane_.SendHeartbeat("agent-0", registration, 2),
                    grpc::StatusCode::FAILED_PRECONDITION, "WRONG_CLUSTER");
}

TEST_F(AgentApiTest, UnknownAgentIsToldToRegister) {
  auto registration = plane_.Join("agent-0", "apn_orders");
  v1::HeartbeatResponse reply;
  ASSERT_GRPC_OK(plane_.SendHeartbeat("agent-1", registration, 1, &reply));
  EXPECT_TRUE(reply.reregister());
  registration.set_agent_pool("agentPools/never_heard_of");
  ASSERT_GRPC_OK(plane_.SendHeartbeat("agent-0", registration, 2, &reply));
  EXPECT_TRUE(reply.reregister());
}

TEST_F(AgentApiTest, StreamAnswersEachHeartbeatAndEndsWithAnError) {
  const auto registration = plane_.Join("agent-0", "apn_orders");
  grpc::ClientContext context;
  const auto stream = plane_.agents().StreamHeartbeats(&context);
  v1::HeartbeatRequest request;
  request.set_agent_id("agent-0");
  request.set_agent_pool(registration.agent_pool());
  request.set_agent_epoch(registration.agent_epoch());
  request.set_cluster_uid(registration.cluster_uid());
  v1::HeartbeatResponse response;
  for (int sequence = 2; sequence < 5; ++sequence) {
    request.set_sequence(sequence);
    ASSERT_TRUE(stream->Write(request));
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_FALSE(response.reregister());
    EXPECT_GT(response.view_version(), 0);
    EXPECT_GT(response.next_heartbeat_after().seconds(), 0);
  }
  request.set_agent_epoch(registration.agent_epoch() - 1);
  ASSERT_TRUE(stream->Write(request));
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_GRPC_ERROR(stream->Finish(), grpc::StatusCode::FAILED_PRECONDITION, "STALE_AGENT_EPOCH");
}

TEST_F(AgentApiTest, SameLeaderWhicheverAgentIsAsked) {
  for (const char* agent : {"agent-0", "agent-1", "agent-2"}) plane_.Join(agent, "apn_orders");
  const std::vector<std::string> leaders = Leaders("billing");
  EXPECT_EQ(std::set<std::string>(leaders.begin(), leaders.end()).size(), 3u);
  for (int i = 0; i < 10; ++i) {
    for (const char* agent : {"agent-0", "agent-1", "agent-2", "", "unknown"}) {
      EXPECT_EQ(Leaders("billing", agent), leaders);
    }
  }
}

TEST_F(AgentApiTest, SingleAgentNamesOneLeaderForAllAndEveryAgentInTurn) {
  for (const char* agent : {"agent-0", "agent-1", "agent-2"}) plane_.Join(agent, "apn_orders");
  std::set<std::string> named;
  for (int i = 0; i < 50; ++i) {
    const std::vector<std::string> leaders = Leaders("billing,ws_pas=single_agent");
    EXPECT_EQ(std::set<std::string>(leaders.begin(), leaders.end()).size(), 1u);
    named.insert(leaders.front());
  }
  EXPECT_EQ(named.size(), 3u);
}

TEST_F(AgentApiTest, StrategyPrecedence) {
  using Answer = v1::ResolveLeadersResponse;
  auto single = TestControlPlane::Registration("agent-0", "apn_orders");
  single.set_default_partition_assignment_strategy("single_agent");
  EXPECT_GRPC_OK(plane_.SendHeartbeat("agent-0", plane_.Register(single), 1));
  plane_.Join("agent-1", "apn_orders");

  Answer answer;
  ASSERT_GRPC_OK(plane_.Resolve("orders", "billing", 1, &answer, "agent-1"));
  EXPECT_EQ(answer.strategy(), "consistent_random_jump");
  EXPECT_EQ(answer.strategy_source(), Answer::STRATEGY_SOURCE_SYSTEM);
  ASSERT_GRPC_OK(plane_.Resolve("orders", "billing", 1, &answer, "agent-0"));
  EXPECT_EQ(answer.strategy(), "single_agent");
  EXPECT_EQ(answer.strategy_source(), Answer::STRATEGY_SOURCE_AGENT);
  ASSERT_GRPC_OK(
      plane_.Resolve("orders", "billing,ws_pas=consistent_random_jump", 1, &answer, "agent-0"));
  EXPECT_EQ(answer.strategy(), "consistent_random_jump");
  EXPECT_EQ(answer.strategy_source(), Answer::STRATEGY_SOURCE_CLIENT_ID);

  v1::UpdateVirtualClusterRequest update;
  update.mutable_virtual_cluster()->set_name("virtualClusters/orders");
  update.mutable_virtual_cluster()->set_default_partition_assignment_strategy("single_agent");
  update.mutable_update_mask()->add_paths("default_partition_assignment_strategy");
  grpc::ClientContext context;
  v1::VirtualCluster cluster;
  ASSERT_GRPC_OK(plane_.clusters().UpdateVirtualCluster(&context, update, &cluster));
  ASSERT_GRPC_OK(plane_.Resolve("orders", "billing", 1, &answer, "agent-1"));
  EXPECT_EQ(answer.strategy(), "single_agent");
  EXPECT_EQ(answer.strategy_source(), Answer::STRATEGY_SOURCE_VIRTUAL_CLUSTER);
}

TEST_F(AgentApiTest, MisspeltStrategyIsServedWithADiagnostic) {
  plane_.Join("agent-0", "apn_orders");
  v1::ResolveLeadersResponse answer;
  ASSERT_GRPC_OK(plane_.Resolve("orders", "billing,ws_pas=singel_agent", 1, &answer));
  EXPECT_EQ(answer.strategy(), "consistent_random_jump");
  ASSERT_EQ(answer.diagnostics_size(), 1);
  EXPECT_EQ(answer.diagnostics(0).kind(), "unknown_strategy");
  EXPECT_THAT(answer.diagnostics(0).message(), HasSubstr("single_agent"));
}

TEST_F(AgentApiTest, PoolWithoutAgentsIsUnavailableNeverEmpty) {
  v1::ResolveLeadersResponse answer;
  EXPECT_GRPC_ERROR(plane_.Resolve("orders", "billing", 1, &answer), grpc::StatusCode::UNAVAILABLE,
                    "NO_LIVE_AGENT");
  EXPECT_GRPC_ERROR(plane_.Resolve("nothing", "billing", 1, &answer), grpc::StatusCode::NOT_FOUND,
                    "VIRTUAL_CLUSTER_NOT_FOUND");
  EXPECT_GRPC_ERROR(plane_.Resolve("orders", "billing", 100'001, &answer),
                    grpc::StatusCode::INVALID_ARGUMENT, "LIMIT_EXCEEDED");
}

TEST_F(AgentApiTest, SilentAgentIsOutAfterItsLeaseAndOnlyItsPartitionsMove) {
  std::map<std::string, v1::RegisterAgentResponse> joined;
  for (const char* agent : {"agent-0", "agent-1", "agent-2"}) {
    joined[agent] = plane_.Join(agent, "apn_orders");
  }
  const std::vector<std::string> before = Leaders("billing");
  const absl::Duration lease = absl::Seconds(joined["agent-0"].lease_duration().seconds());
  for (int second = 1; absl::Seconds(second) < lease; ++second) {
    plane_.clock().Advance(absl::Seconds(1));
    EXPECT_GRPC_OK(plane_.SendHeartbeat("agent-0", joined["agent-0"], 1 + second));
    EXPECT_GRPC_OK(plane_.SendHeartbeat("agent-2", joined["agent-2"], 1 + second));
    EXPECT_EQ(Leaders("billing"), before) << "within the lease nothing moves";
  }
  plane_.clock().Advance(absl::Seconds(1));
  const std::vector<std::string> after = Leaders("billing");
  for (int i = 0; i < kPartitions; ++i) {
    EXPECT_NE(after[i], "agent-1");
    if (before[i] != "agent-1") {
      EXPECT_EQ(after[i], before[i]);
    }
  }
  EXPECT_EQ(ListAgents()[1].state(), v1::Agent::STATE_SUSPECT);
  EXPECT_GRPC_OK(plane_.SendHeartbeat("agent-1", joined["agent-1"], 2));
  EXPECT_EQ(Leaders("billing"), before) << "a sign of life brings it back";
}

TEST_F(AgentApiTest, AgentWhoseStreamBreaksIsOutBeforeItsLeaseEndsUnlessMostBreak) {
  struct Stream {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReaderWriter<v1::HeartbeatRequest, v1::HeartbeatResponse>>
        heartbeats;
  };
  std::vector<std::unique_ptr<Stream>> streams;
  for (int i = 0; i < 5; ++i) {
    const std::string id = "agent-" + std::to_string(i);
    const v1::RegisterAgentResponse registration = plane_.Join(id, "apn_orders");
    auto stream = std::make_unique<Stream>();
    stream->heartbeats = plane_.agents().StreamHeartbeats(&stream->context);
    v1::HeartbeatRequest request;
    request.set_agent_id(id);
    request.set_agent_pool(registration.agent_pool());
    request.set_agent_epoch(registration.agent_epoch());
    request.set_cluster_uid(registration.cluster_uid());
    request.set_sequence(2);
    v1::HeartbeatResponse response;
    ASSERT_TRUE(stream->heartbeats->Write(request));
    ASSERT_TRUE(stream->heartbeats->Read(&response));
    streams.push_back(std::move(stream));
  }
  const std::vector<std::string> before = Leaders("client");
  const std::set<std::string> all(before.begin(), before.end());
  EXPECT_EQ(all.size(), 5u);
  streams[0]->context.TryCancel();
  const auto await_ends = [this](int count) {
    const std::string ends = absl::StrCat(
        "grpc_server_handled_total{grpc_code=\"OK\",grpc_method=\"StreamHeartbeats\","
        "grpc_service=\"bellwether.v1.AgentService\",grpc_type=\"bidi_stream\"} ",
        count, "\n");
    while (!absl::StrContains(plane_.Metrics(), ends)) {
    }
  };
  await_ends(1);
  EXPECT_EQ(Leaders("client"), before) << "it may have company";
  plane_.clock().Advance(absl::Milliseconds(200));
  const std::vector<std::string> after = Leaders("client");
  EXPECT_EQ(std::count(after.begin(), after.end(), "agent-0"), 0);
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_TRUE(before[i] == "agent-0" || after[i] == before[i]) << i;
  }
  for (int i = 1; i < 4; ++i) streams[i]->context.TryCancel();
  await_ends(4);
  for (int i = 0; i < 10; ++i) {
    plane_.clock().Advance(absl::Milliseconds(100));
    EXPECT_EQ(Leaders("client"), before) << "a mass failure excludes nobody";
  }
}

TEST_F(AgentApiTest, DeregisteredAgentIsOutAtOnce) {
  plane_.Join("agent-0", "apn_orders");
  const auto leaving = plane_.Join("agent-1", "apn_orders");
  ASSERT_GRPC_OK(Deregister("agent-1", leaving));
  for (const std::string& leader : Leaders("billing")) EXPECT_EQ(leader, "agent-0");
  EXPECT_EQ(ListAgents().size(), 1u);
}

TEST_F(AgentApiTest, DrainedAgentLeadsNothingAndIsTold) {
  plane_.Join("agent-0", "apn_orders");
  const auto drained = plane_.Join("agent-1", "apn_orders");
  const std::vector<std::string> before = Leaders("billing");
  v1::DrainAgentRequest drain;
  drain.set_name("agentPools/apn_orders/agents/agent-1");
  v1::Agent agent;
  {
    grpc::ClientContext context;
    ASSERT_GRPC_OK(plane_.pools().DrainAgent(&context, drain, &agent));
  }
  EXPECT_EQ(agent.state(), v1::Agent::STATE_DRAINING);
  for (const std::string& leader : Leaders("billing")) EXPECT_EQ(leader, "agent-0");
  v1::HeartbeatResponse reply;
  ASSERT_GRPC_OK(plane_.SendHeartbeat("agent-1", drained, 2, &reply));
  EXPECT_TRUE(reply.drain());

  plane_.Restart();
  EXPECT_EQ(ListAgents()[1].state(), v1::Agent::STATE_DRAINING) << "a drain survives a restart";

  v1::UndrainAgentRequest undrain;
  undrain.set_name(drain.name());
  {
    grpc::ClientContext context;
    ASSERT_GRPC_OK(plane_.pools().UndrainAgent(&context, undrain, &agent));
  }
  EXPECT_EQ(Leaders("billing"), before);
  drain.set_name("agentPools/apn_orders/agents/nobody");
  grpc::ClientContext context;
  EXPECT_GRPC_ERROR(plane_.pools().DrainAgent(&context, drain, &agent), grpc::StatusCode::NOT_FOUND,
                    "AGENT_NOT_FOUND");
}

TEST_F(AgentApiTest, RestartMovesNoLeader) {
  for (const char* agent : {"agent-0", "agent-1", "agent-2"}) plane_.Join(agent, "apn_orders");
  const std::vector<std::string> before = Leaders("billing");
  v1::ResolveLeadersResponse answer;
  ASSERT_GRPC_OK(plane_.Resolve("orders", "billing", 1, &answer));
  const int64_t version = answer.view_version();
  plane_.Restart();
  EXPECT_EQ(Leaders("billing"), before) << "before a single heartbeat has arrived";
  ASSERT_GRPC_OK(plane_.Resolve("orders", "billing", 1, &answer));
  EXPECT_GT(answer.view_version(), version);
  for (const v1::Agent& agent : ListAgents()) EXPECT_EQ(agent.state(), v1::Agent::STATE_ACTIVE);
}

TEST_F(AgentApiTest, RestartMovesNoLeaderToAnAgentThatJoins) {
  std::map<std::string, v1::RegisterAgentResponse> agents;
  for (const char* id : {"agent-0", "agent-1", "agent-2"}) {
    agents[id] = plane_.Join(id, "apn_orders");
  }
  for (int step = 0; step < 6; ++step) {
    plane_.clock().Advance(absl::Seconds(2));
    for (const auto& [id, registration] : agents) {
      ASSERT_GRPC_OK(plane_.SendHeartbeat(id, registration, 2 + step));
    }
  }
  plane_.Join("agent-3", "apn_orders");
  plane_.Register(TestControlPlane::Registration("agent-4", "apn_orders", "boot-1"));
  const std::vector<std::string> before = Leaders("billing");
  for (int restart = 0; restart < 2; ++restart) {
    plane_.Restart();
    EXPECT_EQ(Leaders("billing"), before);
    const std::vector<v1::Agent> all = ListAgents();
    ASSERT_EQ(all.size(), 5u);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(all[i].state(), v1::Agent::STATE_ACTIVE) << i;
    EXPECT_EQ(all[3].state(), v1::Agent::STATE_JOINING);
    EXPECT_EQ(all[4].state(), v1::Agent::STATE_JOINING) << "it never sent a heartbeat";
  }
}

TEST_F(AgentApiTest, CallsForAnotherControlPlaneAreRefused) {
  plane_.Join("agent-0", "apn_orders");
  v1::RegisterAgentRequest registration =
      TestControlPlane::Registration("agent-1", "apn_orders", "boot-1");
  registration.set_cluster_uid("somebody-else");
  EXPECT_GRPC_ERROR(TryRegister(registration), grpc::StatusCode::FAILED_PRECONDITION,
                    "WRONG_CLUSTER");
  EXPECT_EQ(ListAgents().size(), 1u);
  {
    v1::ResolveLeadersRequest query;
    query.set_virtual_cluster("orders");
    query.set_cluster_uid("somebody-else");
    grpc::ClientContext context;
    v1::ResolveLeadersResponse answer;
    EXPECT_GRPC_ERROR(plane_.discovery().ResolveLeaders(&context, query, &answer),
                      grpc::StatusCode::FAILED_PRECONDITION, "WRONG_CLUSTER");
  }
  v1::WatchPoolRequest watch;
  watch.set_virtual_cluster("orders");
  watch.set_cluster_uid("somebody-else");
  grpc::ClientContext context;
  // A watch that is not refused does not end.
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  const auto reader = plane_.discovery().WatchPool(&context, watch);
  v1::WatchPoolResponse view;
  EXPECT_FALSE(reader->Read(&view));
  EXPECT_GRPC_ERROR(reader->Finish(), grpc::StatusCode::FAILED_PRECONDITION, "WRONG_CLUSTER");
}

// Of a pool with traffic: an agent that comes back unannounced takes its partitions back over six
// steps of the plan.
TEST_F(AgentApiTest, AnnouncedRestartLendsItsPartitionsAndMovesNothingElse) {
  std::map<std::string, v1::RegisterAgentResponse> agents;
  for (const char* id : {"agent-0", "agent-1", "agent-2"}) {
    agents[id] = plane_.Join(id, "apn_orders");
  }
  std::vector<std::string> before = Leaders("billing");
  int64_t sequence = 1;
  for (int step = 0; step < 30; ++step) {
    ++sequence;
    plane_.clock().Advance(absl::Seconds(1));
    for (const auto& [id, registration] : agents) {
      v1::HeartbeatRequest heartbeat;
      heartbeat.set_agent_id(id);
      heartbeat.set_agent_pool(registration.agent_pool());
      heartbeat.set_agent_epoch(registration.agent_epoch());
      heartbeat.set_cluster_uid(registration.cluster_uid());
      heartbeat.set_sequence(sequence);
      for (int partition = 0; partition < kPartitions; ++partition) {
        if (before[static_cast<size_t>(partition)] != id) continue;
        v1::PartitionRate& rate = *heartbeat.add_partition_rates();
        rate.set_topic("t");
        rate.set_partition(partition);
        rate.set_bytes_in_per_second(3e6);
      }
      grpc::ClientContext context;
      v1::HeartbeatResponse reply;
      ASSERT_GRPC_OK(plane_.agents().Heartbeat(&context, heartbeat, &reply));
    }
    plane_.server().RunBalancingRounds();
    before = Leaders("billing");
  }

  for (const bool control_plane_restarts_too : {false, true}) {
    ASSERT_GRPC_OK(Deregister("agent-1", agents["agent-1"], /*restarting=*/true));
    if (control_plane_restarts_too) plane_.Restart();
    const std::vector<std::string> meanwhile = Leaders("billing");
    for (size_t i = 0; i < before.size(); ++i) {
      if (before[i] == "agent-1") {
        EXPECT_NE(meanwhile[i], "agent-1") << i;
      } else {
        EXPECT_EQ(meanwhile[i], before[i]) << i;
      }
    }
    EXPECT_TRUE(ListAgents()[1].restarting());
    EXPECT_EQ(ListAgents()[1].state(), v1::Agent::STATE_DRAINING);

    agents["agent-1"] = plane_.Register(TestControlPlane::Registration(
        "agent-1", "apn_orders", control_plane_restarts_too ? "boot-3" : "boot-2"));
    ASSERT_GRPC_OK(plane_.SendHeartbeat("agent-1", agents["agent-1"], 1));
    EXPECT_EQ(Leaders("billing"), before) << "at once, at its first report";
    EXPECT_FALSE(ListAgents()[1].restarting());
  }
}

TEST_F(AgentApiTest, AgentThatAnnouncedItsDepartureLeadsNothingAndIsListedUntilItLeaves) {
  std::map<std::string, v1::RegisterAgentResponse> agents;
  for (const char* id : {"agent-0", "agent-1"}) agents[id] = plane_.Join(id, "apn_orders");
  v1::RegisterAgentResponse of_another_run = agents["agent-1"];
  of_another_run.set_agent_epoch(of_another_run.agent_epoch() - 1);
  EXPECT_GRPC_ERROR(AnnounceDeparture("agent-1", of_another_run),
                    grpc::StatusCode::FAILED_PRECONDITION, "STALE_AGENT_EPOCH");
  ASSERT_GRPC_OK(AnnounceDeparture("agent-1", agents["agent-1"]));
  for (const bool control_plane_restarted : {false, true}) {
    if (control_plane_restarted) plane_.Restart();
    EXPECT_EQ(Leaders("billing"), std::vector<std::string>(kPartitions, "agent-0"));
    EXPECT_EQ(Listed(), (std::set<std::string>{"agent-0", "agent-1"}));
    EXPECT_TRUE(ListAgents()[1].leaving());
    EXPECT_EQ(ListAgents()[1].state(), v1::Agent::STATE_DRAINING);
  }
  // It stays a member.
  ASSERT_GRPC_OK(plane_.SendHeartbeat("agent-1", agents["agent-1"], 10));
  ASSERT_GRPC_OK(Deregister("agent-1", agents["agent-1"]));
  EXPECT_EQ(Listed(), std::set<std::string>{"agent-0"});
}

TEST_F(AgentApiTest, ListAgentsShowsLoadAndPages) {
  for (const char* agent : {"agent-0", "agent-1", "agent-2"}) plane_.Join(agent, "apn_orders");
  const auto registration =
      plane_.Register(TestControlPlane::Registration("agent-1", "apn_orders"));
  v1::HeartbeatRequest heartbeat;
  heartbeat.set_agent_id("agent-1");
  heartbeat.set_agent_pool(registration.agent_pool());
  heartbeat.set_agent_epoch(registration.agent_epoch());
  heartbeat.set_cluster_uid(registration.cluster_uid());
  heartbeat.set_sequence(2);
  heartbeat.mutable_load()->set_cpu_utilization(0.5);
  heartbeat.mutable_load()->set_bytes_in_per_second(-1);
  v1::PartitionRate& rate = *heartbeat.add_partition_rates();
  rate.set_topic("t");
  rate.set_partition(3);
  rate.set_bytes_in_per_second(1000);
  {
    grpc::ClientContext context;
    v1::HeartbeatResponse response;
    ASSERT_GRPC_OK(plane_.agents().Heartbeat(&context, heartbeat, &response));
  }
  const std::vector<v1::Agent> agents = ListAgents();
  ASSERT_EQ(agents.size(), 3u);
  EXPECT_EQ(agents[1].name(), "agentPools/apn_orders/agents/agent-1");
  EXPECT_EQ(agents[1].load().cpu_utilization(), 0.5);
  EXPECT_EQ(agents[1].load().bytes_in_per_second(), 0) << "clamped";
  ASSERT_EQ(agents[1].partition_rates_size(), 1);
  EXPECT_EQ(agents[1].partition_rates(0).bytes_in_per_second(), 1000);

  std::vector<std::string> paged;
  v1::ListAgentsRequest request;
  request.set_parent("agentPools/apn_orders");
  request.set_page_size(2);
  do {
    grpc::ClientContext context;
    v1::ListAgentsResponse page;
    ASSERT_GRPC_OK(plane_.pools().ListAgents(&context, request, &page));
    for (const v1::Agent& agent : page.agents()) {
      paged.push_back(agent.agent_id());
      EXPECT_EQ(agent.partition_rates_size(), 0) << "only a full view has them";
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(paged, testing::ElementsAre("agent-0", "agent-1", "agent-2"));
}

TEST_F(AgentApiTest, PagesOfFullReportsEndBeforeTheyAreTooLargeForAClient) {
  constexpr int kAgents = 20;
  for (int i = 0; i < kAgents; ++i) {
    const std::string id = "agent-" + std::to_string(i);
    const v1::RegisterAgentResponse registration = plane_.Join(id, "apn_orders");
    v1::HeartbeatRequest heartbeat;
    heartbeat.set_agent_id(id);
    heartbeat.set_agent_pool(registration.agent_pool());
    heartbeat.set_agent_epoch(registration.agent_epoch());
    heartbeat.set_cluster_uid(registration.cluster_uid());
    heartbeat.set_sequence(2);
    for (int partition = 0; partition < 1'000; ++partition) {
      v1::PartitionRate& rate = *heartbeat.add_partition_rates();
      rate.set_topic(std::string(249, 't'));
      rate.set_partition(partition);
      rate.set_bytes_in_per_second(1'000);
    }
    grpc::ClientContext context;
    v1::HeartbeatResponse response;
    ASSERT_GRPC_OK(plane_.agents().Heartbeat(&context, heartbeat, &response));
  }
  v1::ListAgentsRequest request;
  request.set_parent("agentPools/apn_orders");
  request.set_page_size(1'000);
  {
    grpc::ClientContext context;
    v1::ListAgentsResponse page;
    ASSERT_GRPC_OK(plane_.pools().ListAgents(&context, request, &page));
    EXPECT_EQ(page.agents_size(), kAgents) << "without rates they fit on one";
  }
  request.set_view(v1::ListAgentsRequest::VIEW_FULL);
  std::set<std::string> listed;
  do {
    grpc::ClientContext context;
    v1::ListAgentsResponse page;
    ASSERT_GRPC_OK(plane_.pools().ListAgents(&context, request, &page));
    EXPECT_LT(page.ByteSizeLong(), 3u << 20);
    for (const v1::Agent& agent : page.agents()) {
      EXPECT_TRUE(listed.insert(agent.agent_id()).second);
      EXPECT_EQ(agent.partition_rates_size(), 1'000);
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed.size(), static_cast<size_t>(kAgents));
}

}  // namespace
}  // namespace bellwether

// Why does it lead? over real gRPC.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/status_matchers.h"
#include "tests/support/test_control_plane.h"

namespace bellwether {
namespace {

using ::testing::HasSubstr;

class ExplainLeaderTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* id : {"a", "b", "c"}) {
      v1::RegisterAgentRequest agent = TestControlPlane::Registration(id, "apn_default");
      agent.set_zone("west");
      agent.set_weight(2);
      ASSERT_GRPC_OK(plane_.SendHeartbeat(id, plane_.Register(agent), 1));
    }
  }

  static v1::ExplainLeaderRequest Request(const std::string& client_id) {
    v1::ExplainLeaderRequest request;
    request.set_virtual_cluster("vcn_default");
    request.set_client_id(client_id);
    request.set_topic("t");
    request.set_partition(3);
    return request;
  }
  grpc::Status Explain(const v1::ExplainLeaderRequest& request,
                       v1::ExplainLeaderResponse* response) {
    grpc::ClientContext context;
    return plane_.discovery().ExplainLeader(&context, request, response);
  }
  // Id of the leader of partition 3.
  std::string Leader(const std::string& client_id, int64_t* view_version) {
    v1::ResolveLeadersResponse answer;
    EXPECT_GRPC_OK(plane_.Resolve("vcn_default", client_id, 4, &answer));
    *view_version = answer.view_version();
    for (const v1::Broker& broker : answer.brokers()) {
      if (broker.broker_id() == answer.topics(0).leader_broker_ids(3)) return broker.agent_id();
    }
    return "";
  }

  TestControlPlane plane_;
};

TEST_F(ExplainLeaderTest, ExplainsTheLeaderThatClientsAreNamed) {
  v1::ExplainLeaderResponse explanation;
  ASSERT_GRPC_OK(Explain(Request("app,ws_az=west"), &explanation));
  int64_t view_version = 0;
  EXPECT_EQ(explanation.facts().leader_agent_id(), Leader("app,ws_az=west", &view_version));
  EXPECT_EQ(explanation.view_version(), view_version);
  EXPECT_EQ(explanation.facts().reason(), v1::LeaderFacts::REASON_PREFERRED_LEADER);
  EXPECT_EQ(explanation.facts().preferred_agent_id(), explanation.facts().leader_agent_id());
  EXPECT_EQ(explanation.strategy(), "consistent_random_jump");
  EXPECT_EQ(explanation.strategy_source(), v1::ResolveLeadersResponse::STRATEGY_SOURCE_SYSTEM);
  EXPECT_EQ(explanation.client_features().zone(), "west");
  EXPECT_EQ(explanation.zone_result(), v1::ExplainLeaderResponse::ZONE_RESULT_HIT);
  ASSERT_EQ(explanation.agents_size(), 3);
  EXPECT_EQ(explanation.agents(0).rank(), 1);
  EXPECT_EQ(explanation.agents(0).state(), "active");
  EXPECT_EQ(explanation.agents(0).weight(), 2);
  EXPECT_EQ(explanation.agents_left_out(), 0);
  EXPECT_EQ(explanation.considered_count(), 3);
  EXPECT_FALSE(explanation.has_what_if());
}

TEST_F(ExplainLeaderTest, ExplainingSingleAgentDoesNotMoveTheNextClient) {
  // Clients get the same sequence of agents with and without explanations in between: an
  // explanation that changed the pending load would send the next client elsewhere.
  v1::ExplainLeaderResponse explanation;
  for (int i = 0; i < 50; ++i) {
    ASSERT_GRPC_OK(Explain(Request("app,ws_pas=single_agent"), &explanation));
    EXPECT_EQ(explanation.facts().reason(), v1::LeaderFacts::REASON_LESS_LOADED);
    EXPECT_EQ(explanation.facts().single_agent().drawn_agent_ids_size(), 2);
    for (const v1::ExplainedAgent& agent : explanation.agents()) {
      EXPECT_EQ(agent.pending_utilization(), 0) << agent.agent_id();
      EXPECT_TRUE(agent.has_estimate());
    }
  }
  int64_t view_version = 0;
  const std::string named = Leader("app,ws_pas=single_agent", &view_version);
  EXPECT_EQ(view_version, explanation.view_version());
  ASSERT_GRPC_OK(Explain(Request("app,ws_pas=single_agent"), &explanation));
  for (const v1::ExplainedAgent& agent : explanation.agents()) {
    EXPECT_EQ(agent.pending_utilization() > 0, agent.agent_id() == named) << agent.agent_id();
  }
}

TEST_F(ExplainLeaderTest, WhatIfNamesTheHypotheticalLeaderBesideTheRealOne) {
  v1::ExplainLeaderRequest request = Request("app");
  v1::ExplainLeaderResponse explanation;
  ASSERT_GRPC_OK(Explain(request, &explanation));
  const std::string leader = explanation.facts().leader_agent_id();
  request.mutable_what_if()->add_gone_agent_ids(leader);
  v1::HypotheticalAgent& added = *request.mutable_what_if()->add_added_agents();
  added.set_agent_id("newcomer");
  added.set_weight(64);
  ASSERT_GRPC_OK(Explain(request, &explanation));
  EXPECT_EQ(explanation.facts().leader_agent_id(), leader);
  EXPECT_EQ(explanation.what_if().facts().leader_agent_id(), "newcomer");
  EXPECT_THAT(explanation.what_if().changes(0),
              HasSubstr("would be newcomer instead of " + leader));
  v1::ResolveLeadersResponse answer;
  ASSERT_GRPC_OK(plane_.Resolve("vcn_default", "app", 64, &answer));
  EXPECT_EQ(answer.brokers_size(), 3) << "nothing of it is so";
}

TEST_F(ExplainLeaderTest, ImpossibleQuestionsAreRefused) {
  v1::ExplainLeaderResponse explanation;
  v1::ExplainLeaderRequest request = Request("app");
  request.set_partition(-1);
  EXPECT_GRPC_ERROR(Explain(request, &explanation), grpc::StatusCode::INVALID_ARGUMENT,
                    "INVALID_ARGUMENT");
  request = Request("app");
  request.clear_topic();
  EXPECT_GRPC_ERROR(Explain(request, &explanation), grpc::StatusCode::INVALID_ARGUMENT,
                    "INVALID_ARGUMENT");
  request = Request("app");
  request.set_virtual_cluster("nowhere");
  EXPECT_GRPC_ERROR(Explain(request, &explanation), grpc::StatusCode::NOT_FOUND,
                    "VIRTUAL_CLUSTER_NOT_FOUND");
  request = Request("app");
  v1::HypotheticalAgent& added = *request.mutable_what_if()->add_added_agents();
  added.set_agent_id("newcomer");
  added.add_roles("proxy-everything");
  EXPECT_GRPC_ERROR(Explain(request, &explanation), grpc::StatusCode::INVALID_ARGUMENT,
                    "INVALID_ARGUMENT");
}

}  // namespace
}  // namespace bellwether

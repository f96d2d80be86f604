#include "agentclient/reference_agent/control_plane_leader_source.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <thread>

#include "agentclient/channel.h"
#include "agentclient/fake_control_plane.h"
#include "controlplane/base/fake_clock.h"
#include "controlplane/base/random.h"

namespace bellwether {
namespace {

class ControlPlaneLeaderSourceTest : public ::testing::Test {
 protected:
  ControlPlaneLeaderSourceTest() {
    fake_->AnswerLeaderQueries(
        [](const v1::ResolveLeadersRequest& request, v1::ResolveLeadersResponse& response) {
          for (const int32_t node_id : {8, 9}) {
            v1::Broker& broker = *response.add_brokers();
            broker.set_node_id(node_id);
            broker.set_host("host");
            broker.set_port(9000 + node_id);
          }
          for (const v1::TopicPartitions& topic : request.topics()) {
            v1::TopicLeaders& leaders = *response.add_topics();
            leaders.set_topic(topic.topic());
            for (int32_t i = 0; i < topic.partition_count(); ++i) {
              leaders.add_leader_node_ids(8 + i % 2);
            }
          }
          response.set_virtual_cluster_uid("vci_orders");
          return grpc::Status::OK;
        });
  }

  void Register() {
    source_.SetAddress({"me", 9092});
    v1::RegisterAgentResponse registration;
    registration.set_node_id(42);
    registration.set_virtual_cluster("virtualClusters/orders");
    source_.SetRegistration(registration);
  }
  absl::StatusOr<kafka::LeaderAnswer> Ask(const kafka::LeaderQuery& query) {
    std::promise<absl::StatusOr<kafka::LeaderAnswer>> answer;
    source_.ResolveLeaders(query, [&answer](absl::StatusOr<kafka::LeaderAnswer> given) {
      answer.set_value(std::move(given));
    });
    return answer.get_future().get();
  }

  FakeClock clock_;
  std::unique_ptr<FakeControlPlane> fake_ = std::make_unique<FakeControlPlane>();
  const std::shared_ptr<grpc::Channel> channel_ = MakeChannel(fake_->address());
  ControlPlaneClient client_{channel_};
  SystemClock watching_clock_;
  SystemRandom random_;
  PoolWatchListener listener_;
  PoolWatcher watcher_{channel_, watching_clock_, random_, listener_};
  ControlPlaneLeaderSource source_{client_, watcher_, clock_, "agent-1"};
  const kafka::LeaderQuery query_ = {
      "billing,ws_pas=single_agent", "10.0.0.1", {{"orders", 3}}, true};
};

TEST_F(ControlPlaneLeaderSourceTest, AsksInTheClientsName) {
  Register();
  const absl::StatusOr<kafka::LeaderAnswer> answer = Ask(query_);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->cluster_id, "vci_orders");
  EXPECT_EQ(answer->controller_id, 8);
  ASSERT_EQ(answer->brokers.size(), 2u);
  EXPECT_EQ(answer->brokers[1].node_id, 9);
  EXPECT_EQ(answer->brokers[1].host, "host");
  EXPECT_EQ(answer->brokers[1].port, 9009);
  EXPECT_EQ(answer->leaders, (std::vector<std::vector<int32_t>>{{8, 9, 8}}));

  const v1::ResolveLeadersRequest request = fake_->leader_queries().at(0);
  EXPECT_EQ(request.virtual_cluster(), "virtualClusters/orders");
  EXPECT_EQ(request.agent_id(), "agent-1");
  EXPECT_EQ(request.client_id(), "billing,ws_pas=single_agent");
  EXPECT_EQ(request.client_address(), "10.0.0.1");
  EXPECT_TRUE(request.established());
  ASSERT_EQ(request.topics_size(), 1);
  EXPECT_EQ(request.topics(0).partition_count(), 3);
}

TEST_F(ControlPlaneLeaderSourceTest, AnyBytesMayBeAClientId) {
  Register();
  EXPECT_TRUE(Ask({"caf\xE9,ws_pas=single_agent", "", {}, false}).ok());
  EXPECT_EQ(fake_->leader_queries().at(0).client_id(), "caf?,ws_pas=single_agent");
}

TEST_F(ControlPlaneLeaderSourceTest, BeforeRegistrationNobodyIsAsked) {
  EXPECT_EQ(Ask(query_).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(fake_->leader_queries().empty());
  EXPECT_EQ(source_.Self().node_id, ControlPlaneLeaderSource::kNoNodeId);
  Register();
  EXPECT_EQ(source_.Self().node_id, 42);
  EXPECT_EQ(source_.Self().host, "me");
  EXPECT_EQ(source_.Self().port, 9092);
}

TEST_F(ControlPlaneLeaderSourceTest, WithoutTheControlPlaneTheLastAnswerCounts) {
  Register();
  ASSERT_TRUE(Ask(query_).ok());
  fake_ = nullptr;
  const absl::StatusOr<kafka::LeaderAnswer> answer = Ask(query_);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->leaders, (std::vector<std::vector<int32_t>>{{8, 9, 8}}));
  kafka::LeaderQuery other = query_;
  other.client_id = "never seen";
  EXPECT_EQ(Ask(other).status().code(), absl::StatusCode::kUnavailable);
  clock_.Advance(absl::Hours(2));
  EXPECT_EQ(Ask(query_).status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(ControlPlaneLeaderSourceTest, WhatTheControlPlaneSaysBeatsTheLastAnswer) {
  Register();
  ASSERT_TRUE(Ask(query_).ok());
  fake_->AnswerLeaderQueries([](const auto&, auto&) {
    return WireError(grpc::StatusCode::UNAVAILABLE, "NO_LIVE_AGENT", "nobody");
  });
  EXPECT_EQ(Ask(query_).status().message(), "nobody");
  fake_->AnswerLeaderQueries([](const auto&, auto&) {
    return WireError(grpc::StatusCode::NOT_FOUND, "VIRTUAL_CLUSTER_NOT_FOUND", "deleted");
  });
  EXPECT_EQ(Ask(query_).status().message(), "deleted");
  fake_->AnswerLeaderQueries([](const auto&, auto&) {
    return WireError(grpc::StatusCode::RESOURCE_EXHAUSTED, "OVERLOADED", "later");
  });
  EXPECT_TRUE(Ask(query_).ok());
}

TEST_F(ControlPlaneLeaderSourceTest, WhoHasAViewNeedNotAsk) {
  Register();
  v1::WatchPoolResponse view;
  view.set_position(1);
  view.mutable_cluster()->set_uid("vci_orders");
  view.mutable_plan();
  v1::WatchedAgent& agent = *view.add_agents();
  agent.set_agent_id("agent-7");
  agent.set_node_id(7);
  agent.set_host("seven");
  agent.set_port(9007);
  agent.set_capacity_units(1);
  agent.set_state(v1::Agent::STATE_ACTIVE);
  view.add_load_levels(0);
  fake_->SendView(view);
  watcher_.Watch("virtualClusters/orders");
  while (watcher_.replica() == nullptr) std::this_thread::yield();
  const kafka::LeaderQuery spread = {"billing", "10.0.0.1", {{"orders", 3}}, true};
  absl::StatusOr<kafka::LeaderAnswer> answer = Ask(spread);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->cluster_id, "vci_orders");
  EXPECT_EQ(answer->controller_id, 7);
  ASSERT_EQ(answer->brokers.size(), 1u);
  EXPECT_EQ(answer->brokers[0].host, "seven");
  EXPECT_EQ(answer->brokers[0].port, 9007);
  EXPECT_EQ(answer->leaders, (std::vector<std::vector<int32_t>>{{7, 7, 7}}));
  EXPECT_TRUE(fake_->leader_queries().empty());
  // single_agent is asked for; who was not answered yet gets the best of the view while it is away.
  EXPECT_EQ(Ask(query_)->controller_id, 8);
  EXPECT_EQ(fake_->leader_queries().size(), 1u);
  fake_ = nullptr;
  EXPECT_EQ(Ask(query_)->controller_id, 8) << "as it was answered last";
  EXPECT_EQ(Ask(spread)->controller_id, 7);
  kafka::LeaderQuery other = query_;
  other.client_id = "never seen,ws_pas=single_agent";
  EXPECT_EQ(Ask(other)->controller_id, 7);
}

TEST_F(ControlPlaneLeaderSourceTest, AnAnswerThatDoesNotFitIsNone) {
  Register();
  fake_->AnswerLeaderQueries(
      [](const v1::ResolveLeadersRequest&, v1::ResolveLeadersResponse& response) {
        response.add_brokers()->set_node_id(8);
        response.add_topics()->add_leader_node_ids(8);
        return grpc::Status::OK;
      });
  EXPECT_EQ(Ask(query_).status().code(), absl::StatusCode::kInternal);
  fake_->AnswerLeaderQueries([](const auto&, auto&) { return grpc::Status::OK; });
  EXPECT_EQ(Ask({"a", "", {}, false}).status().code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace bellwether

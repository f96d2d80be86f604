#include "agentclient/reference_agent/control_plane_leader_source.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "agentclient/channel.h"
#include "agentclient/fake_control_plane.h"
#include "controlplane/base/random.h"

namespace bellwether {
namespace {

class ControlPlaneLeaderSourceTest : public ::testing::Test {
 protected:
  ControlPlaneLeaderSourceTest() {
    fake_->AnswerLeaderQueries(
        [](const v1::ResolveLeadersRequest& request, v1::ResolveLeadersResponse& response) {
          for (const int32_t broker_id : {8, 9}) {
            v1::Broker& broker = *response.add_brokers();
            broker.set_broker_id(broker_id);
            broker.set_host("host");
            broker.set_port(9000 + broker_id);
          }
          for (const v1::TopicPartitions& topic : request.topics()) {
            v1::TopicLeaders& leaders = *response.add_topics();
            leaders.set_topic(topic.topic());
            for (int32_t i = 0; i < topic.partition_count(); ++i) {
              leaders.add_leader_broker_ids(8 + i % 2);
            }
          }
          response.set_virtual_cluster_uid("vci_orders");
          return grpc::Status::OK;
        });
  }

  void Register() {
    source_.SetAddress({"me", 9092});
    v1::RegisterAgentResponse registration;
    registration.set_broker_id(42);
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

  std::unique_ptr<FakeControlPlane> fake_ = std::make_unique<FakeControlPlane>();
  const std::shared_ptr<grpc::Channel> channel_ = MakeChannel(fake_->address());
  // A query that waits for an answer that does not come would wait until the test times out.
  ControlPlaneClient client_{channel_, {.leaders = absl::Hours(1)}};
  SystemClock watching_clock_;
  SystemRandom random_;
  PoolWatchListener listener_;
  PoolWatcher watcher_{channel_, watching_clock_, random_, listener_};
  ControlPlaneLeaderSource source_{client_, watcher_, "agent-1"};
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
  EXPECT_EQ(answer->brokers[1].broker_id, 9);
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
  EXPECT_EQ(source_.BrokersFor(query_).brokers.at(0).broker_id,
            ControlPlaneLeaderSource::kNoBrokerId);
  Register();
  const kafka::LeaderAnswer known = source_.BrokersFor(query_);
  ASSERT_EQ(known.brokers.size(), 1u);
  EXPECT_EQ(known.brokers[0].broker_id, 42);
  EXPECT_EQ(known.brokers[0].host, "me");
  EXPECT_EQ(known.brokers[0].port, 9092);
  EXPECT_EQ(known.controller_id, 42);
}

TEST_F(ControlPlaneLeaderSourceTest, WithoutAViewTheWholeListIsAskedFor) {
  Register();
  ASSERT_TRUE(Ask(query_).ok());
  EXPECT_EQ(fake_->leader_queries().at(0).broker_list(),
            v1::ResolveLeadersRequest::BROKER_LIST_UNSPECIFIED);
  fake_ = nullptr;
  EXPECT_EQ(Ask(query_).status().code(), absl::StatusCode::kUnavailable);
}

// With a view of the agents 7 and 9.
class ViewedLeaderSourceTest : public ControlPlaneLeaderSourceTest {
 protected:
  ViewedLeaderSourceTest() {
    Register();
    v1::WatchPoolResponse view;
    view.set_position(1);
    view.mutable_cluster()->set_uid("vci_orders");
    view.mutable_plan();
    for (const int32_t broker_id : {7, 9}) {
      v1::WatchedAgent& agent = *view.add_agents();
      agent.set_agent_id(absl::StrCat("agent-", broker_id));
      agent.set_broker_id(broker_id);
      agent.set_host(absl::StrCat("host-", broker_id));
      agent.set_port(9000 + broker_id);
      agent.set_weight(1);
      // The first one serves clients and leads nothing.
      agent.set_state(broker_id == 7 ? v1::Agent::STATE_DRAINING : v1::Agent::STATE_ACTIVE);
      view.add_load_levels(0);
    }
    fake_->SendView(view);
    watcher_.Watch("virtualClusters/orders");
    // The watcher has a view before it answers from it.
    while (!watcher_.BrokersFor(AskingClient()).has_value()) std::this_thread::yield();
  }

  static std::vector<int32_t> BrokerIds(const kafka::LeaderAnswer& answer) {
    std::vector<int32_t> ids;
    for (const kafka::BrokerAddress& broker : answer.brokers) ids.push_back(broker.broker_id);
    return ids;
  }
};

TEST_F(ViewedLeaderSourceTest, AnswersFromTheViewWithoutAsking) {
  const absl::StatusOr<kafka::LeaderAnswer> answer =
      Ask({"billing", "10.0.0.1", {{"orders", 3}}, true});
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->cluster_id, "vci_orders");
  EXPECT_EQ(answer->controller_id, 9) << "the first that leads";
  EXPECT_EQ(BrokerIds(*answer), (std::vector<int32_t>{7, 9}));
  EXPECT_EQ(answer->brokers[1].host, "host-9");
  EXPECT_EQ(answer->brokers[1].port, 9009);
  EXPECT_EQ(answer->leaders, (std::vector<std::vector<int32_t>>{{9, 9, 9}}));
  EXPECT_TRUE(fake_->leader_queries().empty());
}

TEST_F(ViewedLeaderSourceTest, AsksForLeadersAloneAndListsTheWholeCluster) {
  const absl::StatusOr<kafka::LeaderAnswer> answer = Ask(query_);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(fake_->leader_queries().at(0).broker_list(),
            v1::ResolveLeadersRequest::BROKER_LIST_LEADERS);
  // The control plane's view is newer: it has agent 8 too.
  EXPECT_EQ(BrokerIds(*answer), (std::vector<int32_t>{7, 9, 8}));
  EXPECT_EQ(answer->leaders, (std::vector<std::vector<int32_t>>{{8, 9, 8}}));
}

TEST_F(ViewedLeaderSourceTest, BrokersAloneAreAnsweredFromTheViewUnderAnyStrategy) {
  const absl::StatusOr<kafka::LeaderAnswer> answer =
      Ask({"billing,ws_pas=single_agent", "10.0.0.1", {}, false});
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(BrokerIds(*answer), (std::vector<int32_t>{7, 9}));
  EXPECT_TRUE(fake_->leader_queries().empty());
}

TEST_F(ViewedLeaderSourceTest, ClientWithAHostOverrideKnowsItsLeaderAlone) {
  const std::string features = "billing,ws_host_override=lb.example,ws_pas=";
  fake_->AnswerLeaderQueries(
      [](const v1::ResolveLeadersRequest& request, v1::ResolveLeadersResponse& response) {
        response.add_brokers()->set_broker_id(9);
        response.add_topics()->add_leader_broker_ids(9);
        return grpc::Status::OK;
      });
  EXPECT_EQ(BrokerIds(*Ask({features + "single_agent", "10.0.0.1", {{"orders", 1}}, false})),
            (std::vector<int32_t>{9}));
  const auto jump = Ask({features + "consistent_random_jump", "10.0.0.1", {{"orders", 1}}, false});
  EXPECT_EQ(BrokerIds(*jump), (std::vector<int32_t>{9}));
  EXPECT_EQ(jump->brokers[0].host, "lb.example");
}

TEST_F(ViewedLeaderSourceTest, WithoutTheControlPlaneTheViewAnswersUnderAnyStrategy) {
  fake_ = nullptr;
  EXPECT_EQ(Ask(query_)->leaders, (std::vector<std::vector<int32_t>>{{9, 9, 9}}));
  EXPECT_EQ(BrokerIds(*Ask(query_)), (std::vector<int32_t>{7, 9}));
  EXPECT_EQ(source_.answers(AnswerSource::kViewAlone), 2u);
}

// The answer of a control plane for which broker 8 leads everything.
grpc::Status NameBroker8(const v1::ResolveLeadersRequest& request,
                         v1::ResolveLeadersResponse& response) {
  response.add_brokers()->set_broker_id(8);
  for (const v1::TopicPartitions& topic : request.topics()) {
    v1::TopicLeaders& leaders = *response.add_topics();
    for (int32_t i = 0; i < topic.partition_count(); ++i) leaders.add_leader_broker_ids(8);
  }
  return grpc::Status::OK;
}

TEST_F(ViewedLeaderSourceTest, NoClientWaitsForAControlPlaneThatTimedOut) {
  fake_->AnswerLeaderQueries([](const auto&, auto&) {
    return WireError(grpc::StatusCode::DEADLINE_EXCEEDED, "", "no answer in time");
  });
  EXPECT_EQ(Ask(query_)->leaders, (std::vector<std::vector<int32_t>>{{9, 9, 9}}));
  absl::Notification answers_again;
  fake_->AnswerLeaderQueries([&answers_again](const v1::ResolveLeadersRequest& request,
                                              v1::ResolveLeadersResponse& response) {
    answers_again.WaitForNotification();
    return NameBroker8(request, response);
  });
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Ask(query_)->leaders, (std::vector<std::vector<int32_t>>{{9, 9, 9}}));
  }
  answers_again.Notify();
  while (source_.answers(AnswerSource::kControlPlane) == 0) ASSERT_TRUE(Ask(query_).ok());
  EXPECT_EQ(Ask(query_)->leaders, (std::vector<std::vector<int32_t>>{{8, 8, 8}}));
}

TEST_F(ViewedLeaderSourceTest, AConnectionThatBreaksDoesNotMakeTheNextClientWait) {
  fake_->AnswerLeaderQueries([](const auto&, auto&) {
    return WireError(grpc::StatusCode::DEADLINE_EXCEEDED, "", "no answer in time");
  });
  ASSERT_TRUE(Ask(query_).ok());
  const auto asked = std::make_shared<std::atomic<int>>(0);
  const auto answers_again = std::make_shared<absl::Notification>();
  fake_->AnswerLeaderQueries([asked, answers_again](const auto&, auto&) {
    if (++*asked > 1) answers_again->WaitForNotification();
    return WireError(grpc::StatusCode::UNAVAILABLE, "", "connection reset");
  });
  // The first one asks whether the control plane answers, and none waits for that.
  while (*asked < 2) ASSERT_TRUE(Ask(query_).ok());
  fake_->AnswerLeaderQueries(NameBroker8);
  answers_again->Notify();
  while (source_.answers(AnswerSource::kControlPlane) == 0) ASSERT_TRUE(Ask(query_).ok());
}

TEST_F(ViewedLeaderSourceTest, WhatTheControlPlaneSaysIsFinal) {
  fake_->AnswerLeaderQueries([](const auto&, auto&) {
    return WireError(grpc::StatusCode::UNAVAILABLE, "AGENT_GROUP_UNAVAILABLE", "no agent");
  });
  EXPECT_EQ(Ask(query_).status().message(), "no agent");
  kafka::LeaderQuery through_lb = query_;
  through_lb.client_id += ",ws_host_override=lb.example";
  const kafka::LeaderAnswer only = source_.BrokersFor(through_lb);
  ASSERT_EQ(only.brokers.size(), 1u) << "it cannot reach the others";
  EXPECT_EQ(only.brokers[0].host, "lb.example");
  fake_->AnswerLeaderQueries([](const auto&, auto&) {
    return WireError(grpc::StatusCode::NOT_FOUND, "VIRTUAL_CLUSTER_NOT_FOUND", "deleted");
  });
  EXPECT_EQ(Ask(query_).status().message(), "deleted");
  EXPECT_EQ(BrokerIds(source_.BrokersFor(query_)), (std::vector<int32_t>{7, 9, 42}))
      << "the client still has agents to ask again";
  fake_->AnswerLeaderQueries([](const auto&, auto&) {
    return WireError(grpc::StatusCode::RESOURCE_EXHAUSTED, "OVERLOADED", "later");
  });
  EXPECT_TRUE(Ask(query_).ok());
}

TEST_F(ControlPlaneLeaderSourceTest, AnAnswerThatDoesNotFitIsNone) {
  Register();
  fake_->AnswerLeaderQueries(
      [](const v1::ResolveLeadersRequest&, v1::ResolveLeadersResponse& response) {
        response.add_brokers()->set_broker_id(8);
        response.add_topics()->add_leader_broker_ids(8);
        return grpc::Status::OK;
      });
  EXPECT_EQ(Ask(query_).status().code(), absl::StatusCode::kInternal);
  fake_->AnswerLeaderQueries([](const auto&, auto&) { return grpc::Status::OK; });
  EXPECT_EQ(Ask({"a", "", {}, false}).status().code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace bellwether

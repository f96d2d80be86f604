// The effect of a client's id, its address and its virtual cluster's settings on the agents that
// are returned to it, over real gRPC.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "tests/support/status_matchers.h"
#include "tests/support/test_control_plane.h"

namespace bellwether {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class DiscoveryFeaturesTest : public testing::Test {
 protected:
  void SetUp() override {
    v1::CreateVirtualClusterRequest request;
    request.set_virtual_cluster_id("orders");
    grpc::ClientContext context;
    v1::VirtualCluster cluster;
    ASSERT_GRPC_OK(plane_.clusters().CreateVirtualCluster(&context, request, &cluster));
    for (const char* zone : {"west", "east"}) {
      for (const char* number : {"0", "1"}) {
        v1::RegisterAgentRequest agent =
            TestControlPlane::Registration(std::string(zone) + number, "apn_orders");
        agent.set_zone(zone);
        agent.set_agent_group(std::string("group-") + number);
        agent.add_roles(*number == '0' ? "proxy-produce" : "proxy-consume");
        ASSERT_GRPC_OK(plane_.SendHeartbeat(agent.agent_id(), plane_.Register(agent), 1));
      }
    }
  }

  grpc::Status Update(const v1::VirtualCluster& fields, const std::string& path,
                      v1::VirtualCluster* updated) {
    v1::UpdateVirtualClusterRequest request;
    *request.mutable_virtual_cluster() = fields;
    request.mutable_virtual_cluster()->set_name("virtualClusters/orders");
    request.mutable_update_mask()->add_paths(path);
    grpc::ClientContext context;
    return plane_.clusters().UpdateVirtualCluster(&context, request, updated);
  }

  v1::ResolveLeadersResponse Resolve(const std::string& client_id) {
    v1::ResolveLeadersResponse answer;
    EXPECT_GRPC_OK(plane_.Resolve("orders", client_id, 64, &answer));
    return answer;
  }
  // Ids of the agents that lead something.
  static std::set<std::string> LeadersOf(const v1::ResolveLeadersResponse& answer) {
    std::set<std::string> leaders;
    for (const v1::Broker& broker : answer.brokers()) {
      const auto& broker_ids = answer.topics(0).leader_broker_ids();
      if (std::count(broker_ids.begin(), broker_ids.end(), broker.broker_id()) > 0) {
        leaders.insert(broker.agent_id());
      }
    }
    return leaders;
  }
  // Of many answers under single_agent.
  std::set<std::string> Named(const std::string& features) {
    std::set<std::string> named;
    for (int i = 0; i < 30; ++i) {
      named.merge(
          LeadersOf(Resolve("app-" + std::to_string(i) + ",ws_pas=single_agent," + features)));
    }
    return named;
  }

  TestControlPlane plane_;
};

TEST_F(DiscoveryFeaturesTest, ZoneGroupAndRoleDecideWhoIsNamed) {
  // First: later queries avoid agents that were returned often.
  EXPECT_THAT(Named("plain"), ElementsAre("east0", "east1", "west0", "west1"));
  EXPECT_THAT(Named("ws_az=west"), ElementsAre("west0", "west1"));
  EXPECT_THAT(Named("ws_ag=group-1"), ElementsAre("east1", "west1"));
  EXPECT_THAT(Named("ws_pt=proxy-produce"), ElementsAre("east0", "west0"));
  EXPECT_THAT(Named("ws_az=east,ws_pt=proxy-consume"), ElementsAre("east1"));
  const v1::ResolveLeadersResponse jump = Resolve("app,ws_az=west");
  EXPECT_THAT(LeadersOf(jump), ElementsAre("west0", "west1"));
  EXPECT_EQ(jump.brokers_size(), 4) << "the client finds the other zone when its own is lost";
  EXPECT_EQ(Resolve("app,ws_ag=group-1").brokers_size(), 2);
}

TEST_F(DiscoveryFeaturesTest, RoleThatTheGroupDoesNotHaveIsTold) {
  const v1::ResolveLeadersResponse answer = Resolve("app,ws_ag=group-0,ws_pt=proxy-consume");
  ASSERT_EQ(answer.diagnostics_size(), 1);
  EXPECT_EQ(answer.diagnostics(0).kind(), "role_unavailable");
  EXPECT_EQ(answer.diagnostics(0).feature(), "ws_pt=proxy-consume");
  EXPECT_EQ(answer.brokers_size(), 2);
}

TEST_F(DiscoveryFeaturesTest, HostOverrideReplacesTheHostOfOneBroker) {
  for (const char* strategy : {"single_agent", "consistent_random_jump"}) {
    const v1::ResolveLeadersResponse answer =
        Resolve(std::string("app,ws_host_override=lb.example,ws_pas=") + strategy);
    ASSERT_EQ(answer.brokers_size(), 1);
    EXPECT_EQ(answer.brokers(0).host(), "lb.example");
    EXPECT_EQ(answer.brokers(0).port(), 9092);
    for (const int broker_id : answer.topics(0).leader_broker_ids()) {
      EXPECT_EQ(broker_id, answer.brokers(0).broker_id());
    }
  }
}

TEST_F(DiscoveryFeaturesTest, BlocksOfAddressesTellTheZoneAlsoAfterARestart) {
  v1::VirtualCluster fields;
  v1::ZoneCidr& block = *fields.add_zone_cidrs();
  block.set_cidr("10.0.0.0/24");
  block.set_zone("east");
  v1::VirtualCluster updated;
  ASSERT_GRPC_OK(Update(fields, "zone_cidrs", &updated));
  EXPECT_EQ(updated.zone_cidrs(0).cidr(), "10.0.0.0/24");
  EXPECT_THAT(Named("plain"), ElementsAre("east0", "east1"));
  plane_.Restart();
  EXPECT_THAT(Named("plain"), ElementsAre("east0", "east1"));
  EXPECT_THAT(Named("ws_az=west"), ElementsAre("west0", "west1"));

  fields.mutable_zone_cidrs(0)->set_cidr("10.0.0.1/24");
  const grpc::Status status = Update(fields, "zone_cidrs", &updated);
  EXPECT_GRPC_ERROR(status, grpc::StatusCode::INVALID_ARGUMENT, "INVALID_ARGUMENT");
  EXPECT_THAT(status.error_message(), HasSubstr("10.0.0.1/24"));
  ASSERT_GRPC_OK(Update({}, "zone_cidrs", &updated));
  EXPECT_EQ(updated.zone_cidrs_size(), 0);
  EXPECT_EQ(Named("plain").size(), 4u);
}

TEST_F(DiscoveryFeaturesTest, StickyClientStaysWhereItIs) {
  const auto named = [this](const std::string& client_id) {
    std::set<std::string> agents;
    for (int i = 0; i < 30; ++i) {
      v1::ResolveLeadersRequest request;
      request.set_virtual_cluster("orders");
      request.set_client_id(client_id + ",ws_pas=single_agent");
      v1::TopicPartitions& topic = *request.add_topics();
      topic.set_topic("orders");
      topic.set_partition_count(1);
      request.set_agent_id("west1");
      request.set_established(true);
      grpc::ClientContext context;
      v1::ResolveLeadersResponse answer;
      EXPECT_GRPC_OK(plane_.discovery().ResolveLeaders(&context, request, &answer));
      agents.merge(LeadersOf(answer));
    }
    return agents;
  };
  v1::VirtualCluster fields;
  fields.set_single_agent_sticky(true);
  v1::VirtualCluster updated;
  ASSERT_GRPC_OK(Update(fields, "single_agent_sticky", &updated));
  EXPECT_TRUE(updated.single_agent_sticky());
  EXPECT_THAT(named("app"), ElementsAre("west1"));
  ASSERT_GRPC_OK(Update({}, "single_agent_sticky", &updated));
  EXPECT_FALSE(updated.single_agent_sticky());
  EXPECT_GT(named("app").size(), 1u);
}

}  // namespace
}  // namespace bellwether

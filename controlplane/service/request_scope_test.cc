#include "controlplane/service/request_scope.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "bellwether/v1/access.pb.h"
#include "bellwether/v1/agent.pb.h"
#include "bellwether/v1/agent_pool.pb.h"
#include "bellwether/v1/discovery.pb.h"
#include "bellwether/v1/virtual_cluster.pb.h"
#include "controlplane/service/rpc_method.h"

namespace bellwether {
namespace {

TEST(RequestScopeTest, CallsOfAgentsSayWhatTheyAreAbout) {
  v1::HeartbeatRequest heartbeat;
  heartbeat.set_agent_pool("agentPools/apn_orders");
  EXPECT_EQ(ScopeOf(heartbeat).agent_pool, "agentPools/apn_orders");
  EXPECT_EQ(ScopeOf(heartbeat).virtual_cluster, "");
  v1::ResolveLeadersRequest query;
  query.set_virtual_cluster("orders");
  EXPECT_EQ(ScopeOf(query).virtual_cluster, "orders");
  EXPECT_EQ(ScopeOf(query).agent_pool, "");
}

TEST(RequestScopeTest, CallsOfAgentsSayWhichClusterTheyAreMeantFor) {
  v1::WatchPoolRequest watch;
  EXPECT_EQ(ClusterUidOf(watch), "");
  watch.set_cluster_uid("uid");
  EXPECT_EQ(ClusterUidOf(watch), "uid");
  EXPECT_EQ(ClusterUidOf(v1::ListAgentsRequest()), "") << "it has no such field";
}

TEST(RequestScopeTest, AnAgentThatNamesNoPoolMeansTheDefaultOne) {
  v1::RegisterAgentRequest request;
  EXPECT_EQ(ScopeOf(request).agent_pool, "apn_default");
  request.set_agent_pool("apn_orders");
  EXPECT_EQ(ScopeOf(request).agent_pool, "apn_orders");
  // A heartbeat without a pool is about nothing.
  EXPECT_EQ(ScopeOf(v1::HeartbeatRequest()).agent_pool, "");
}

// A new method of agents whose request names neither would be refused to every key.
TEST(RequestScopeTest, EveryMethodOfAgentsNamesAPoolOrAVirtualCluster) {
  // Links the descriptors in.
  v1::HeartbeatRequest::descriptor();
  v1::ResolveLeadersRequest::descriptor();
  for (const RpcMethodTraits& method : kRpcMethods) {
    if (method.access > AccessRule::kAgentOrViewer) continue;
    const auto* found = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
        absl::StrCat(method.service, ".", method.name));
    ASSERT_NE(found, nullptr) << method.name;
    const auto* request = found->input_type();
    EXPECT_TRUE(request->FindFieldByName("agent_pool") != nullptr ||
                request->FindFieldByName("virtual_cluster") != nullptr)
        << method.name;
  }
}

TEST(RequestScopeTest, ResourceIsWhatAnAuditorWantsToSee) {
  v1::DeleteVirtualClusterRequest deletion;
  deletion.set_name("virtualClusters/orders");
  deletion.set_request_id("6f1c");
  EXPECT_EQ(ResourceOf(deletion), "virtualClusters/orders");
  EXPECT_EQ(RequestIdOf(deletion), "6f1c");
  v1::UpdateAgentPoolRequest update;
  update.mutable_agent_pool()->set_name("agentPools/apn_orders");
  EXPECT_EQ(ResourceOf(update), "agentPools/apn_orders");
  v1::CreateVirtualClusterRequest creation;
  creation.set_request_id("6f1c");
  EXPECT_EQ(ResourceOf(creation), "");
  creation.set_virtual_cluster_id("orders");
  EXPECT_EQ(ResourceOf(creation), "orders");
  v1::CreateAgentKeyRequest key;
  key.set_parent("virtualClusters/orders");
  EXPECT_EQ(ResourceOf(key), "virtualClusters/orders");
  v1::HeartbeatRequest heartbeat;
  heartbeat.set_agent_id("agent-1");
  heartbeat.set_agent_pool("agentPools/apn_orders");
  EXPECT_EQ(ResourceOf(heartbeat), "agentPools/apn_orders");
  EXPECT_EQ(RequestIdOf(heartbeat), "");
  deletion.set_name(std::string(10'000, 'x'));
  EXPECT_LT(ResourceOf(deletion).size(), 100U);
}

}  // namespace
}  // namespace bellwether

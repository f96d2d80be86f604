#include "controlplane/model/resource_name.h"

#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"
#include "gtest/gtest.h"

namespace bellwether {
namespace {

TEST(ResourceNameTest, ResourceIdsHaveTheirGrammar) {
  for (const std::string id : {"a", "orders", "apn_orders", "a-b_c9", "vcn_default"}) {
    EXPECT_TRUE(ValidateResourceId("id", id).ok()) << id;
  }
  EXPECT_TRUE(ValidateResourceId("id", std::string(kMaxResourceIdLength, 'a')).ok());
  for (const std::string id :
       {"", "9a", "_a", "-a", "a_", "a-", "Orders", "a.b", "a/b", "a b", "\xc3\xa4", "a\n"}) {
    const absl::Status status = ValidateResourceId("virtual_cluster_id", id);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << id;
    EXPECT_EQ(GetReason(status), Reason::kInvalidResourceId) << id;
    EXPECT_EQ(GetErrorMetadata(status)["field"], "virtual_cluster_id");
  }
  EXPECT_FALSE(ValidateResourceId("id", std::string(kMaxResourceIdLength + 1, 'a')).ok());
}

TEST(ResourceNameTest, AgentIdsHaveTheirGrammar) {
  for (const std::string id : {"a", "Agent-0", "10.0.0.1", "_", "."}) {
    EXPECT_TRUE(ValidateAgentId(id).ok()) << id;
  }
  EXPECT_TRUE(ValidateAgentId(std::string(kMaxAgentIdLength, 'a')).ok());
  for (const std::string id : {"", "a/b", "a b", "a:1"}) {
    EXPECT_EQ(GetReason(ValidateAgentId(id)), Reason::kInvalidResourceId) << id;
  }
  EXPECT_FALSE(ValidateAgentId(std::string(kMaxAgentIdLength + 1, 'a')).ok());
}

TEST(ResourceNameTest, ParsingTakesWhatFormattingWrites) {
  EXPECT_EQ(FormatVirtualClusterName("orders"), "virtualClusters/orders");
  EXPECT_EQ(*ParseVirtualClusterName("name", FormatVirtualClusterName("orders")), "orders");
  EXPECT_EQ(*ParseAgentPoolName("name", FormatAgentPoolName("apn_orders")), "apn_orders");
  const auto agent = ParseAgentName("name", FormatAgentName("apn_orders", "Agent.0"));
  ASSERT_TRUE(agent.ok());
  EXPECT_EQ(*agent, (AgentKey{"apn_orders", "Agent.0"}));
}

TEST(ResourceNameTest, OtherNamesAreRefusedWithAnExample) {
  for (const std::string name : {"", "orders", "virtualClusters/", "virtualClusters/Orders",
                                 "agentPools/orders", "virtualClusters/a/b"}) {
    const absl::Status status = ParseVirtualClusterName("name", name).status();
    EXPECT_EQ(GetReason(status), Reason::kInvalidResourceName) << name;
    EXPECT_NE(status.message().find("virtualClusters/orders"), absl::string_view::npos) << name;
  }
  for (const std::string name : {"agentPools/a", "agentPools/a/agents/", "agentPools/A/agents/b",
                                 "agentPools/a/agent/b", "agentPools/a/agents/b/c"}) {
    EXPECT_EQ(GetReason(ParseAgentName("name", name).status()), Reason::kInvalidResourceName)
        << name;
  }
}

TEST(ResourceNameTest, StripTakesOffItsCollectionOnly) {
  EXPECT_EQ(StripVirtualClusterCollection("virtualClusters/orders"), "orders");
  EXPECT_EQ(StripVirtualClusterCollection("orders"), "orders");
  EXPECT_EQ(StripAgentPoolCollection("agentPools/x"), "x");
  EXPECT_EQ(StripAgentPoolCollection("virtualClusters/x"), "virtualClusters/x");
}

}  // namespace
}  // namespace bellwether

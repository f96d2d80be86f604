// What an admin sees who has nothing but grpcurl: the real one, on the real control plane.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string>
#include <vector>

#include "tests/support/control_plane_process.h"
#include "tests/support/process.h"

namespace bellwether {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class GrpcurlTest : public testing::Test {
 protected:
  CommandResult Call(const std::string& address, const std::string& method,
                     const std::string& body = "{}") {
    return RunCommand({ProgramFromEnvironment("GRPCURL"), "-plaintext", "-d", body, address,
                       "bellwether.v1." + method});
  }
  CommandResult Admin(const std::string& method, const std::string& body = "{}") {
    return Call(plane_.admin_address(), method, body);
  }
  // Expects an error with that code, and exactly one ErrorInfo with that reason.
  void ExpectError(const CommandResult& result, const std::string& code,
                   const std::string& reason) {
    EXPECT_NE(result.status, 0);
    EXPECT_THAT(result.output, AllOf(HasSubstr("Code: " + code), HasSubstr(reason)));
    const std::string type = "google.rpc.ErrorInfo";
    const size_t first = result.output.find(type);
    ASSERT_NE(first, std::string::npos) << result.output;
    EXPECT_EQ(result.output.find(type, first + 1), std::string::npos) << result.output;
  }
  // The value of a string field in grpcurl's output.
  static std::string Field(const std::string& json, const std::string& name) {
    const std::string key = "\"" + name + "\": \"";
    const size_t found = json.find(key);
    if (found == std::string::npos) return "";
    const size_t begin = found + key.size();
    return json.substr(begin, json.find('"', begin) - begin);
  }

  ControlPlaneProcess plane_;
};

TEST_F(GrpcurlTest, BothPortsDescribeThemselvesAndAreHealthy) {
  for (const auto& [address, services] :
       {std::pair(plane_.admin_address(),
                  std::vector<std::string>{"bellwether.v1.VirtualClusterService",
                                           "bellwether.v1.AgentPoolService"}),
        std::pair(plane_.agent_address(),
                  std::vector<std::string>{"bellwether.v1.AgentService",
                                           "bellwether.v1.DiscoveryService"})}) {
    const CommandResult list =
        RunCommand({ProgramFromEnvironment("GRPCURL"), "-plaintext", address, "list"});
    EXPECT_EQ(list.status, 0) << list.output;
    for (const std::string& service : services) {
      EXPECT_THAT(list.output, HasSubstr(service));
      const CommandResult health =
          RunCommand({ProgramFromEnvironment("GRPCURL"), "-plaintext", "-d",
                      "{\"service\":\"" + service + "\"}", address, "grpc.health.v1.Health/Check"});
      EXPECT_THAT(health.output, HasSubstr("\"SERVING\""));
    }
  }
}

TEST_F(GrpcurlTest, LifeOfAVirtualCluster) {
  const CommandResult created = Admin("VirtualClusterService/CreateVirtualCluster",
                                      R"({"virtual_cluster_id":"orders","request_id":"6f1c"})");
  ASSERT_EQ(created.status, 0) << created.output;
  EXPECT_EQ(Field(created.output, "name"), "virtualClusters/orders");
  EXPECT_EQ(Field(created.output, "agent_pool"), "agentPools/apn_orders");

  const CommandResult again = Admin("VirtualClusterService/CreateVirtualCluster",
                                    R"({"virtual_cluster_id":"orders","request_id":"6f1c"})");
  EXPECT_EQ(again.output, created.output) << "the same request_id returns the first answer";

  const CommandResult got =
      Admin("VirtualClusterService/GetVirtualCluster", R"({"name":"virtualClusters/orders"})");
  EXPECT_EQ(got.output, created.output);

  const CommandResult updated = Admin(
      "VirtualClusterService/UpdateVirtualCluster",
      R"({"virtual_cluster":{"name":"virtualClusters/orders","display_name":"Orders","etag":")" +
          Field(created.output, "etag") + R"("},"update_mask":{"paths":["display_name"]}})");
  ASSERT_EQ(updated.status, 0) << updated.output;
  EXPECT_EQ(Field(updated.output, "display_name"), "Orders");

  ExpectError(
      Admin("VirtualClusterService/UpdateVirtualCluster",
            R"({"virtual_cluster":{"name":"virtualClusters/orders","display_name":"x","etag":")" +
                Field(created.output, "etag") + R"("},"update_mask":{"paths":["display_name"]}})"),
      "Aborted", "ETAG_MISMATCH");

  EXPECT_EQ(
      Admin("VirtualClusterService/DeleteVirtualCluster", R"({"name":"virtualClusters/orders"})")
          .status,
      0);
  EXPECT_THAT(Admin("VirtualClusterService/ListVirtualClusters").output,
              Not(HasSubstr("virtualClusters/orders")));
  const CommandResult undeleted =
      Admin("VirtualClusterService/UndeleteVirtualCluster", R"({"name":"virtualClusters/orders"})");
  EXPECT_EQ(undeleted.status, 0) << undeleted.output;
  EXPECT_THAT(Admin("VirtualClusterService/ListVirtualClusters").output,
              HasSubstr("virtualClusters/orders"));
}

TEST_F(GrpcurlTest, PoolsAndPages) {
  for (const char* id : {"apn_a", "apn_b", "apn_c"}) {
    EXPECT_EQ(Admin("AgentPoolService/CreateAgentPool",
                    std::string(R"({"agent_pool_id":")") + id + R"("})")
                  .status,
              0);
  }
  const CommandResult first = Admin("AgentPoolService/ListAgentPools", R"({"page_size":2})");
  const std::string token = Field(first.output, "next_page_token");
  EXPECT_THAT(first.output, AllOf(HasSubstr("apn_a"), HasSubstr("apn_b"), Not(HasSubstr("apn_c"))));
  const CommandResult second = Admin("AgentPoolService/ListAgentPools",
                                     R"({"page_size":2,"page_token":")" + token + R"("})");
  EXPECT_THAT(second.output, AllOf(HasSubstr("apn_c"), HasSubstr("apn_default")));
  EXPECT_EQ(Admin("AgentPoolService/DeleteAgentPool", R"({"name":"agentPools/apn_a"})").status, 0);
}

TEST_F(GrpcurlTest, MistakesAreNamedWithTheirRemedy) {
  ExpectError(
      Admin("VirtualClusterService/CreateVirtualCluster", R"({"virtual_cluster_id":"Orders!"})"),
      "InvalidArgument", "INVALID_RESOURCE_ID");
  ExpectError(Admin("VirtualClusterService/ListVirtualClusters", R"({"page_token":"x"})"),
              "InvalidArgument", "INVALID_PAGE_TOKEN");
  ExpectError(Admin("VirtualClusterService/UpdateVirtualCluster",
                    R"({"virtual_cluster":{"name":"virtualClusters/vcn_default"},)"
                    R"("update_mask":{"paths":["uid"]}})"),
              "InvalidArgument", "INVALID_FIELD_MASK");
  ExpectError(Admin("VirtualClusterService/CreateVirtualCluster",
                    R"({"virtual_cluster_id":"orders",)"
                    R"("virtual_cluster":{"agent_pool":"agentPools/apn_default"}})"),
              "FailedPrecondition", "AGENT_POOL_TAKEN");
  ExpectError(Call(plane_.agent_address(), "DiscoveryService/ResolveLeaders",
                   R"({"virtual_cluster":"vcn_default"})"),
              "Unavailable", "NO_LIVE_AGENT");
}

// The questions of an operator at night, each answered by one field.
TEST_F(GrpcurlTest, WhyThisAgent) {
  for (const char* id : {"a", "b"}) {
    const CommandResult joined =
        Call(plane_.agent_address(), "AgentService/RegisterAgent",
             std::string(R"({"agent_id":")") + id + R"(","agent_pool":"agentPools/apn_default",)" +
                 R"("boot_id":"1","address":"127.0.0.1:9092","zone":"zone-)" + id + R"("})");
    ASSERT_EQ(joined.status, 0) << joined.output;
    const CommandResult heartbeat = Call(
        plane_.agent_address(), "AgentService/Heartbeat",
        std::string(R"({"agent_pool":"agentPools/apn_default","agent_id":")") + id +
            R"(","agent_epoch":")" + Field(joined.output, "agent_epoch") + R"(","cluster_uid":")" +
            Field(joined.output, "cluster_uid") + R"(","sequence":1})");
    ASSERT_EQ(heartbeat.status, 0) << heartbeat.output;
  }
  const auto explain = [this](const std::string& client_id, const std::string& more = "") {
    return Call(plane_.agent_address(), "DiscoveryService/ExplainLeader",
                R"({"virtual_cluster":"vcn_default","client_id":")" + client_id +
                    R"(","topic":"clicks","partition":0)" + more + "}");
  };
  const CommandResult plain = explain("billing");
  ASSERT_EQ(plain.status, 0) << plain.output;
  const std::string preferred = Field(plain.output, "leader_agent_id");
  const std::string other = preferred == "a" ? "b" : "a";
  EXPECT_THAT(Field(plain.output, "why_this_leader"),
              HasSubstr(preferred + " is the preferred leader of clicks-0"));
  EXPECT_THAT(Field(plain.output, "why_this_strategy"), HasSubstr("decided by: system"));

  const CommandResult away = explain("billing,ws_az=zone-" + other);
  EXPECT_EQ(Field(away.output, "leader_agent_id"), other);
  EXPECT_THAT(Field(away.output, "why_not_preferred_leader"),
              AllOf(HasSubstr("The preferred leader is " + preferred), HasSubstr("it is in zone")));
  EXPECT_THAT(explain("billing,ws_az=zone-z").output, HasSubstr("\"kind\": \"unknown_zone\""));
  EXPECT_THAT(explain("billing,ws_az=zone-z").output,
              HasSubstr(R"(The client's zone is unknown: \"ws_az=zone-z\")"));

  const CommandResult gone =
      explain("billing", R"(,"what_if":{"gone_agent_ids":[")" + preferred + "\"]}");
  EXPECT_THAT(gone.output, HasSubstr("The leader would be " + other + " instead of " + preferred));
  ExpectError(explain("billing", R"(,"what_if":{"gone_agent_ids":["nobody"]})"), "NotFound",
              "AGENT_NOT_FOUND");
  ExpectError(explain("billing", R"(,"what_if":{"added_agents":[{"agent_id":"a"}]})"),
              "InvalidArgument", "INVALID_ARGUMENT");
  ExpectError(explain("billing", R"(,"what_if":{"strategy":"singel_agent"})"), "InvalidArgument",
              "UNKNOWN_STRATEGY");
}

TEST_F(GrpcurlTest, WhatWasAcknowledgedSurvivesSigkill) {
  const std::string body = R"({"virtual_cluster_id":"orders"})";
  const CommandResult created = Admin("VirtualClusterService/CreateVirtualCluster", body);
  ASSERT_EQ(created.status, 0) << created.output;
  EXPECT_EQ(plane_.Stop(SIGKILL), -SIGKILL);
  plane_.Start();
  EXPECT_EQ(Admin("VirtualClusterService/GetVirtualCluster", R"({"name":"virtualClusters/orders"})")
                .output,
            created.output);
}

}  // namespace
}  // namespace bellwether

#include "agentclient/reference_agent/agent_options.h"

#include <gtest/gtest.h>

#include "controlplane/model/error.h"

namespace bellwether {
namespace {

std::string Advertised(const std::string& kafka_address, const std::string& advertised_address) {
  AgentOptions options;
  options.kafka_address = kafka_address;
  options.advertised_address = advertised_address;
  const absl::StatusOr<HostPort> address = AdvertisedAddress(options, 40001);
  return address.ok() ? FormatHostPort(*address) : "error";
}

TEST(AgentOptionsTest, SaysOfItselfWhatWasConfigured) {
  AgentOptions options;
  options.agent_pool_name = "apn_orders";
  options.default_virtual_cluster_id = "orders";
  options.default_partition_assignment_strategy = "single_agent";
  options.availability_zone = "us-east-1a";
  options.roles = {"proxy-produce"};
  options.agent_group = "batch";
  options.weight = 4;
  const absl::StatusOr<v1::RegisterAgentRequest> self = DescribeAgent(options, "agent-1");
  ASSERT_TRUE(self.ok()) << self.status();
  EXPECT_EQ(self->agent_id(), "agent-1");
  EXPECT_EQ(self->boot_id(), "");
  EXPECT_EQ(self->agent_pool(), "apn_orders");
  EXPECT_EQ(self->virtual_cluster(), "orders");
  EXPECT_EQ(self->default_partition_assignment_strategy(), "single_agent");
  EXPECT_EQ(self->zone(), "us-east-1a");
  ASSERT_EQ(self->roles_size(), 1);
  EXPECT_EQ(self->roles(0), "proxy-produce");
  EXPECT_EQ(self->agent_group(), "batch");
  EXPECT_EQ(self->weight(), 4);
}

TEST(AgentOptionsTest, UnknownStrategyIsRefusedWithTheRemedy) {
  AgentOptions options;
  options.default_partition_assignment_strategy = "singel_agent";
  const absl::Status status = DescribeAgent(options, "agent-1").status();
  EXPECT_EQ(GetReason(status), Reason::kUnknownStrategy);
  const std::string message(status.message());
  EXPECT_NE(message.find("-defaultPartitionAssignmentStrategy"), std::string::npos) << message;
  EXPECT_NE(message.find("single_agent"), std::string::npos) << message;
}

TEST(AgentOptionsTest, WhatCannotBeRightIsRefused) {
  AgentOptions roles;
  roles.roles = {"proxy-everything"};
  EXPECT_FALSE(DescribeAgent(roles, "agent-1").ok());
  AgentOptions capacity;
  capacity.weight = 1000;
  EXPECT_FALSE(DescribeAgent(capacity, "agent-1").ok());
  AgentOptions network;
  network.network_bytes_per_second = -1;
  EXPECT_FALSE(DescribeAgent(network, "agent-1").ok());
  AgentOptions drain;
  drain.drain_period = -absl::Seconds(1);
  EXPECT_FALSE(DescribeAgent(drain, "agent-1").ok());
  AgentOptions connections;
  connections.connection_limit = 0;
  EXPECT_FALSE(DescribeAgent(connections, "agent-1").ok());
  AgentOptions memory;
  memory.client_memory_bytes = (16 << 20) - 1;
  EXPECT_FALSE(DescribeAgent(memory, "agent-1").ok());
  memory.client_memory_bytes = 16 << 20;
  EXPECT_TRUE(DescribeAgent(memory, "agent-1").ok());
  EXPECT_FALSE(DescribeAgent({}, "agent 1").ok());
  EXPECT_TRUE(DescribeAgent({}, "agent-1").ok());
}

TEST(AgentOptionsTest, AdvertisesWhereItListens) {
  EXPECT_EQ(Advertised("127.0.0.1:9092", ""), "127.0.0.1:9092");
  EXPECT_EQ(Advertised("127.0.0.1:0", ""), "127.0.0.1:40001");
  EXPECT_EQ(Advertised("[::1]:0", ""), "[::1]:40001");
}

TEST(AgentOptionsTest, AdvertisesWhatItIsTold) {
  EXPECT_EQ(Advertised("0.0.0.0:0", "kafka.example:9092"), "kafka.example:9092");
  EXPECT_EQ(Advertised("0.0.0.0:0", "kafka.example:0"), "kafka.example:40001");
  EXPECT_EQ(Advertised("0.0.0.0:0", "kafka.example"), "kafka.example:40001");
  EXPECT_EQ(Advertised("[::]:0", "[2001:db8::1]"), "[2001:db8::1]:40001");
}

TEST(AgentOptionsTest, AnAddressThatNobodyCanConnectToIsRefused) {
  EXPECT_EQ(Advertised("0.0.0.0:9092", ""), "error");
  EXPECT_EQ(Advertised(":9092", ""), "error");
  EXPECT_EQ(Advertised("[::]:9092", ""), "error");
  EXPECT_EQ(Advertised("127.0.0.1:0", "0.0.0.0:9092"), "error");
  EXPECT_EQ(Advertised("127.0.0.1:0", "kafka.example:99999"), "error");
}

TEST(AgentOptionsTest, AnAdvertisedAddressThatCannotBeRightIsRefused) {
  EXPECT_EQ(Advertised("0.0.0.0:0", "my_stack_agent_1:9092"), "my_stack_agent_1:9092");
  for (const std::string address :
       {"PLAINTEXT://h1:9092", "PLAINTEXT://h1", "$(POD_NAME).x", "{{host}}", "b c", "a..b",
        "h1:9092,h2:9092", "h1:9092:9092", "10.0.0.256", "h1: 9092", "h1:+9092", "h1\n", "'h1'"}) {
    EXPECT_EQ(Advertised("0.0.0.0:9092", address), "error") << address;
  }
}

TEST(AgentOptionsTest, SettingsWithAccidentsAreRefusedWithTheirFlag) {
  const struct {
    std::string AgentOptions::*setting;
    std::string flag;
  } settings[] = {{&AgentOptions::agent_pool_name, "-agentPoolName"},
                  {&AgentOptions::default_virtual_cluster_id, "-defaultVirtualClusterID"},
                  {&AgentOptions::availability_zone, "-availabilityZone"},
                  {&AgentOptions::agent_group, "-agentGroup"}};
  for (const auto& [setting, flag] : settings) {
    for (const std::string text : {"us-east-1a\n", "'us-east-1a '", "blue\r", " blue"}) {
      AgentOptions options;
      options.*setting = text;
      EXPECT_EQ(GetErrorMetadata(DescribeAgent(options, "agent-1").status())["field"], flag)
          << text;
    }
  }
}

}  // namespace
}  // namespace bellwether

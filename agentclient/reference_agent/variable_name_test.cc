#include "agentclient/reference_agent/variable_name.h"

#include <gtest/gtest.h>

#include <iterator>

#include "controlplane/base/program_variables.h"

namespace bellwether {
namespace {

TEST(VariableNameTest, WarpStreamsNamesAreExact) {
  EXPECT_EQ(VariableName("agentPoolName"), "WARPSTREAM_AGENT_POOL_NAME");
  EXPECT_EQ(VariableName("defaultPartitionAssignmentStrategy"),
            "WARPSTREAM_DEFAULT_PARTITION_ASSIGNMENT_STRATEGY");
  EXPECT_EQ(VariableName("defaultVirtualClusterID"), "WARPSTREAM_DEFAULT_VIRTUAL_CLUSTER_ID");
  EXPECT_EQ(VariableName("availabilityZone"), "WARPSTREAM_AVAILABILITY_ZONE");
}

TEST(VariableNameTest, OthersAreOurs) {
  EXPECT_EQ(VariableName("kafkaAddress"), "BELLWETHER_AGENT_KAFKA_ADDRESS");
  EXPECT_EQ(VariableName("agentID"), "BELLWETHER_AGENT_AGENT_ID");
  EXPECT_EQ(VariableName("networkBytesPerSecond"), "BELLWETHER_AGENT_NETWORK_BYTES_PER_SECOND");
  EXPECT_EQ(VariableName("agentKey"), "BELLWETHER_AGENT_AGENT_KEY");
  EXPECT_EQ(VariableName("agentKeyPath"), "BELLWETHER_AGENT_AGENT_KEY_PATH");
  EXPECT_EQ(VariableName("tlsCA"), "BELLWETHER_AGENT_TLS_CA");
  EXPECT_EQ(VariableName("tlsCert"), "BELLWETHER_AGENT_CLIENT_TLS_CERT");
  EXPECT_EQ(VariableName("tlsKey"), "BELLWETHER_AGENT_CLIENT_TLS_KEY");
  EXPECT_EQ(VariableName("topics"), "BELLWETHER_AGENT_TOPICS");
}

TEST(VariableNameTest, NoVariableIsTheControlPlanesToo) {
  for (const char* const agents : kAgentVariables) {
    for (const char* const control_planes : kControlPlaneVariables) {
      EXPECT_STRNE(agents, control_planes);
    }
  }
  EXPECT_GT(std::size(kAgentVariables), 15u);
}

}  // namespace
}  // namespace bellwether

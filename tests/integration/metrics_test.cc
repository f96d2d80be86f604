// What Prometheus sees.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/support/agent_process.h"
#include "tests/support/control_plane_process.h"
#include "tests/support/process.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_authority.h"
#include "tests/support/test_control_plane.h"

namespace bellwether {
namespace {

using ::testing::HasSubstr;

class MetricsTest : public testing::Test {
 protected:
  TestControlPlane plane_;
};

TEST_F(MetricsTest, EveryPartCounts) {
  plane_.Join("agent-0", "apn_default");
  v1::ResolveLeadersResponse answer;
  ASSERT_GRPC_OK(plane_.Resolve("vcn_default", "a,ws_pas=singel_agent", 1, &answer));
  EXPECT_FALSE(plane_.Resolve("nowhere", "a", 1, &answer).ok());
  const std::string metrics = plane_.Metrics();
  for (const char* line : {
           "bellwether_agents{agent_pool=\"apn_default\",state=\"active\"} 1\n",
           "bellwether_plan_moves_total{agent_pool=\"apn_default\",cause=\"spread\"} 0\n",
           "bellwether_plan_imbalance_ratio{agent_pool=\"apn_default\",zone=\"\"} 1\n",
           "bellwether_leader_queries_total{answered_by=\"control_plane\",result=\"OK\",source="
           "\"system\","
           "strategy=\"consistent_random_jump\"} 1\n",
           "bellwether_leader_queries_total{answered_by=\"control_plane\",result=\"NOT_FOUND\","
           "source=\"none\","
           "strategy=\"none\"} 1\n",
           "bellwether_leader_query_zones_total{result=\"unknown\"} 1\n",
           "bellwether_leader_query_zones_total{result=\"hit\"} 0\n",
           "bellwether_client_id_problems_total{kind=\"unknown_strategy\"} 1\n",
           "grpc_server_handled_total{grpc_code=\"NOT_FOUND\",grpc_method=\"ResolveLeaders\","
           "grpc_service=\"bellwether.v1.DiscoveryService\",grpc_type=\"unary\"} 1\n",
           "grpc_server_handling_seconds_count{grpc_method=\"RegisterAgent\","
           "grpc_service=\"bellwether.v1.AgentService\",grpc_type=\"unary\"} 1\n",
           "bellwether_store_commits_total{result=\"OK\"}",
           "bellwether_queue_waiting{queue=\"registrations\"} 0\n",
           "bellwether_queue_wait_seconds_count{queue=\"registrations\"} 1\n",
           "bellwether_queue_refusals_total{queue=\"changes\"} 0\n",
           "bellwether_pool_view_version{agent_pool=\"apn_default\"}",
           "bellwether_pool_view_age_seconds{agent_pool=\"apn_default\"} 0\n",
           "bellwether_agent_suspicions_total{agent_pool=\"apn_default\"} 0\n",
       }) {
    EXPECT_THAT(metrics, HasSubstr(line));
  }
}

TEST_F(MetricsTest, ImbalanceIsWhatAgentsReport) {
  int agent = 0;
  // Load that no partition explains, such as clients of single_agent bring.
  for (const double bytes : {505e3, 505e3, 253e3, 253e3}) {
    const std::string id = "agent-" + std::to_string(agent++);
    const v1::RegisterAgentResponse registration = plane_.Join(id, "apn_default");
    v1::HeartbeatRequest heartbeat;
    heartbeat.set_cluster_uid(registration.cluster_uid());
    heartbeat.set_agent_pool(registration.agent_pool());
    heartbeat.set_agent_id(id);
    heartbeat.set_agent_epoch(registration.agent_epoch());
    heartbeat.set_sequence(2);
    heartbeat.mutable_load()->set_bytes_in_per_second(bytes);
    grpc::ClientContext context;
    v1::HeartbeatResponse response;
    ASSERT_GRPC_OK(plane_.agents().Heartbeat(&context, heartbeat, &response));
  }
  plane_.server().RunBalancingRounds();
  // The plan smooths reported load: after one balancing round it expects three tenths of it.
  const std::string metrics = plane_.Metrics();
  for (const char* line :
       {"bellwether_reported_imbalance_ratio{agent_pool=\"apn_default\"} 1.33",
        "bellwether_reported_above_mean_bytes_per_second{agent_pool=\"apn_default\"} 126000\n",
        "bellwether_plan_imbalance_ratio{agent_pool=\"apn_default\",zone=\"\"} 1.33",
        "bellwether_plan_above_mean_bytes_per_second{agent_pool=\"apn_default\",zone=\"\"} "
        "37800\n"}) {
    EXPECT_THAT(metrics, HasSubstr(line));
  }
}

TEST_F(MetricsTest, ExplanationIsNoLeaderQuery) {
  plane_.Join("agent-0", "apn_default");
  v1::ExplainLeaderRequest request;
  request.set_virtual_cluster("vcn_default");
  request.set_client_id("a,ws_pas=singel_agent");
  request.set_topic("t");
  grpc::ClientContext context;
  v1::ExplainLeaderResponse explanation;
  ASSERT_GRPC_OK(plane_.discovery().ExplainLeader(&context, request, &explanation));
  EXPECT_EQ(explanation.diagnostics_size(), 1);
  const std::string metrics = plane_.Metrics();
  EXPECT_THAT(metrics, HasSubstr("bellwether_leader_queries_total{answered_by=\"control_plane\","
                                 "result=\"OK\",source=\"system\","
                                 "strategy=\"consistent_random_jump\"} 0\n"));
  EXPECT_THAT(metrics,
              HasSubstr("bellwether_client_id_problems_total{kind=\"unknown_strategy\"} 0\n"));
  EXPECT_THAT(metrics, HasSubstr("bellwether_leader_query_zones_total{result=\"unknown\"} 0\n"));
  EXPECT_THAT(metrics, HasSubstr("grpc_method=\"ExplainLeader\""));
}

TEST_F(MetricsTest, LeaderQueriesAreCountedByPool) {
  for (const char* id : {"large", "small"}) {
    v1::CreateVirtualClusterRequest request;
    request.set_virtual_cluster_id(id);
    grpc::ClientContext context;
    v1::VirtualCluster cluster;
    ASSERT_GRPC_OK(plane_.clusters().CreateVirtualCluster(&context, request, &cluster));
  }
  plane_.Join("agent-0", "apn_large");
  v1::ResolveLeadersResponse answer;
  ASSERT_GRPC_OK(plane_.Resolve("large", "a", 1, &answer));
  EXPECT_FALSE(plane_.Resolve("small", "a", 1, &answer).ok());
  const std::string metrics = plane_.Metrics();
  for (const char* line :
       {"bellwether_pool_leader_queries_total{agent_pool=\"apn_large\",result=\"answered\"} 1\n",
        "bellwether_pool_leader_queries_total{agent_pool=\"apn_large\",result=\"failed\"} 0\n",
        "bellwether_pool_leader_queries_total{agent_pool=\"apn_small\",result=\"answered\"} 0\n",
        "bellwether_pool_leader_queries_total{agent_pool=\"apn_small\",result=\"failed\"} 1\n"}) {
    EXPECT_THAT(metrics, HasSubstr(line));
  }
}

TEST_F(MetricsTest, APoolWithoutAgentsIsShown) {
  constexpr char kNoActiveAgent[] =
      "bellwether_agents{agent_pool=\"apn_default\",state=\"active\"} 0\n";
  EXPECT_THAT(plane_.Metrics(), HasSubstr(kNoActiveAgent));
  const v1::RegisterAgentResponse registration = plane_.Join("agent-0", "apn_default");
  EXPECT_THAT(plane_.Metrics(),
              HasSubstr("bellwether_agents{agent_pool=\"apn_default\",state=\"active\"} 1\n"));
  v1::DeregisterAgentRequest request;
  request.set_agent_pool(registration.agent_pool());
  request.set_agent_id("agent-0");
  request.set_agent_epoch(registration.agent_epoch());
  grpc::ClientContext context;
  v1::DeregisterAgentResponse response;
  ASSERT_GRPC_OK(plane_.agents().DeregisterAgent(&context, request, &response));
  EXPECT_THAT(plane_.Metrics(), HasSubstr(kNoActiveAgent));
  plane_.Restart();
  EXPECT_THAT(plane_.Metrics(), HasSubstr(kNoActiveAgent));
}

TEST_F(MetricsTest, ConnectionsAreCountedByListener) {
  const std::string metrics = plane_.Metrics();
  // The one that asks.
  EXPECT_THAT(metrics, HasSubstr("bellwether_connections_open{listener=\"metrics\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("bellwether_connections_refused_total{listener=\"agent\"} 0\n"));
}

// Of the real programs, with everything that can be set up: TLS and backups.
TEST(FreshScrapeTest, HasEverySeriesThatAlertsAndDashboardsRead) {
  const TestAuthority authority("authority");
  const TestCertificate certificate = authority.Issue("server");
  const TempDir directory;
  ControlPlaneProcess control_plane({
      "--agent_tls_cert=" + certificate.certificate,
      "--agent_tls_key=" + certificate.key,
      "--backup_dir=" + directory.path() + "/backups",
  });
  const AgentProcess agent("agent-0", control_plane.agent_address(),
                           {"-tlsCA=" + authority.certificate(), "-topics=t:1"});
  std::vector<std::string> command = {"python3", "tests/style/observability.py", "--scraped",
                                      "apn_default"};
  for (const std::string& address : {control_plane.metrics_address(), agent.metrics_address()}) {
    command.push_back(directory.path() + "/" + std::to_string(command.size()));
    const size_t colon = address.rfind(':');
    std::ofstream(command.back())
        << RunCommand({"/bin/bash", "-c",
                       "exec 3<>/dev/tcp/" + address.substr(0, colon) + "/" +
                           address.substr(colon + 1) +
                           "; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3"})
               .output;
  }
  const CommandResult result = RunCommand(command);
  EXPECT_EQ(result.status, 0) << result.output;
}

TEST_F(MetricsTest, PromtoolIsContent) {
  plane_.Join("agent-0", "apn_default");
  const CommandResult result = RunCommandWithInput(
      {ProgramFromEnvironment("PROMTOOL"), "check", "metrics"}, plane_.Metrics());
  EXPECT_EQ(result.status, 0) << result.output;
  EXPECT_EQ(result.output, "");
}

}  // namespace
}  // namespace bellwether

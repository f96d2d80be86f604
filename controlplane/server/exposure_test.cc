#include "controlplane/server/exposure.h"

#include <gtest/gtest.h>

#include <string>

#include "controlplane/model/error.h"

namespace bellwether {
namespace {

// Expects a refusal that names all of these.
void ExpectRefusal(const ServerOptions& options, const std::vector<std::string>& named) {
  const absl::Status status = CheckExposure(options);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  for (const std::string& name : named) {
    EXPECT_NE(std::string(status.message()).find(name), std::string::npos) << status;
  }
}

TEST(ExposureTest, OnlyLoopbackCountsAsLoopback) {
  for (const char* address : {"127.0.0.1:7420", "127.8.9.1:0", "[::1]:65535", "localhost:7420"}) {
    EXPECT_TRUE(IsLoopback(address)) << address;
  }
  for (const char* address : {"0.0.0.0:7420",
                              "[::]:7420",
                              "10.0.0.1:7420",
                              "128.0.0.1:1",
                              "[::ffff:127.0.0.1]:1",
                              ":7420",
                              "7420",
                              "localhost",
                              "localhost.example:1",
                              "127.0.0.1.example:1",
                              "127.1:1",
                              "*:7420",
                              "127.0.0.1:",
                              "127.0.0.1:7422,9999",
                              "127.0.0.1:1,0.0.0.0:2",
                              "[127.0.0.1:1",
                              "",
                              "127.0.0.1:7420 ",
                              "unix:/run/socket:1",
                              "127.0.0.1:+1"}) {
    EXPECT_FALSE(IsLoopback(address)) << address;
  }
}

TEST(ExposureTest, DefaultsAreLoopbackOnly) { EXPECT_TRUE(CheckExposure(ServerOptions()).ok()); }

TEST(ExposureTest, WithoutTlsNothingBeyondLoopbackUnlessToldSo) {
  ServerOptions agents;
  agents.agent_address = "0.0.0.0:7420";
  ExpectRefusal(agents, {"--agent_address", "0.0.0.0:7420", "--agent_tls_cert", "--insecure"});
  // The certificate of another listener does not help.
  agents.admin_tls = {"cert", "key", ""};
  ExpectRefusal(agents, {"--agent_address"});
  agents.agent_tls = {"cert", "key", ""};
  EXPECT_TRUE(CheckExposure(agents).ok());

  ServerOptions admins;
  admins.admin_address = "[::]:7421";
  ExpectRefusal(admins, {"--admin_address", "[::]:7421", "--admin_tls_cert", "--insecure"});
  // The flag for metrics does not apply to the other listeners.
  admins.insecure_metrics = true;
  ExpectRefusal(admins, {"--admin_address"});
  admins.insecure = true;
  EXPECT_TRUE(CheckExposure(admins).ok());
}

TEST(ExposureTest, MetricsBeyondLoopbackMustBeWanted) {
  ServerOptions options;
  options.metrics_address = "0.0.0.0:7422";
  ExpectRefusal(options, {"--metrics_address", "--insecure_metrics"});
  options.insecure_metrics = true;
  EXPECT_TRUE(CheckExposure(options).ok());
}

TEST(ExposureTest, CredentialsAreAskedForBeyondLoopbackUnlessToldOtherwise) {
  ServerOptions options;
  EXPECT_FALSE(AuthenticationIsRequired(options));
  options.metrics_address = "0.0.0.0:7422";
  EXPECT_FALSE(AuthenticationIsRequired(options));
  for (std::string ServerOptions::*address :
       {&ServerOptions::agent_address, &ServerOptions::admin_address}) {
    ServerOptions reachable;
    reachable.*address = "0.0.0.0:1";
    EXPECT_TRUE(AuthenticationIsRequired(reachable));
    // Plain text is one thing, strangers are another.
    reachable.insecure = true;
    EXPECT_TRUE(AuthenticationIsRequired(reachable));
    reachable.authentication = AuthenticationMode::kOff;
    EXPECT_FALSE(AuthenticationIsRequired(reachable));
  }
  options.authentication = AuthenticationMode::kRequired;
  EXPECT_TRUE(AuthenticationIsRequired(options));
}

}  // namespace
}  // namespace bellwether

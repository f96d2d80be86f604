// What a probe finds out, which has no certificate and knows nothing but gRPC's health.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string>
#include <vector>

#include "tests/support/control_plane_process.h"
#include "tests/support/process.h"
#include "tests/support/test_authority.h"

namespace bellwether {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ProbesTest : public testing::Test {
 protected:
  ProbesTest() : address_("127.0.0.1:" + LogValue(plane_.process().Output(), "health_port")) {}

  static std::vector<std::string> Flags(const TestCertificate& own) {
    std::vector<std::string> flags = {"--health_address=127.0.0.1:0"};
    for (const char* listener : {"agent", "admin"}) {
      flags.push_back("--" + std::string(listener) + "_tls_cert=" + own.certificate);
      flags.push_back("--" + std::string(listener) + "_tls_key=" + own.key);
    }
    return flags;
  }

  static std::vector<std::string> Health(const std::string& access, const std::string& service,
                                         const std::string& address, const std::string& method) {
    return {ProgramFromEnvironment("GRPCURL"),   access,  "-d",
            "{\"service\":\"" + service + "\"}", address, "grpc.health.v1.Health/" + method};
  }

  CommandResult Call(const std::string& method) {
    return RunCommand({ProgramFromEnvironment("GRPCURL"), "-plaintext", address_, method});
  }

  const TestAuthority authority_{"authority"};
  ControlPlaneProcess plane_{Flags(authority_.Issue("bellwether"))};
  const std::string address_;
};

TEST_F(ProbesTest, NeedNoCertificateAlsoWhereEverybodyElseDoes) {
  for (const char* service : {"", "bellwether.v1.AgentService", "bellwether.v1.DiscoveryService",
                              "bellwether.v1.VirtualClusterService",
                              "bellwether.v1.AgentPoolService", "bellwether.v1.AccessService"}) {
    const CommandResult result = RunCommand(Health("-plaintext", service, address_, "Check"));
    EXPECT_EQ(result.status, 0) << service;
    EXPECT_THAT(result.output, HasSubstr("\"SERVING\"")) << service;
  }
  EXPECT_NE(RunCommand(Health("-plaintext", "", plane_.agent_address(), "Check")).status, 0);
}

TEST_F(ProbesTest, ReachHealthAlone) {
  const CommandResult services = Call("list");
  EXPECT_EQ(services.status, 0) << services.output;
  EXPECT_THAT(services.output, HasSubstr("grpc.health.v1.Health"));
  EXPECT_THAT(services.output, Not(HasSubstr("bellwether")));
}

TEST_F(ProbesTest, FindItNotServingWhileItShutsDown) {
  Process probe(Health("-plaintext", "bellwether.v1.DiscoveryService", address_, "Watch"));
  ASSERT_NE(probe.WaitForLine("\"SERVING\""), "");
  // A call that is under way holds the end up.
  Process call(Health("-insecure", "", plane_.admin_address(), "Watch"));
  ASSERT_NE(call.WaitForLine("\"SERVING\""), "");
  plane_.process().Signal(SIGTERM);
  EXPECT_NE(probe.WaitForLine("\"NOT_SERVING\""), "");
  EXPECT_EQ(plane_.process().Wait(), 0);
}

}  // namespace
}  // namespace bellwether

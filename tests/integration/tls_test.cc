// Who can connect, and to which port: real processes, real certificates.

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "agentclient/channel_credentials.h"
#include "bellwether/v1/agent.grpc.pb.h"
#include "bellwether/v1/virtual_cluster.grpc.pb.h"
#include "tests/support/agent_process.h"
#include "tests/support/control_plane_process.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_authority.h"

namespace bellwether {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TlsFiles Files(const std::string& authorities, const TestCertificate& own = {}) {
  return {own.certificate, own.key, authorities};
}

// Whether a call comes through on a connection of its own.
bool Connects(const std::string& address, const TlsFiles& files) {
  const auto credentials = MakeChannelCredentials(files);
  EXPECT_TRUE(credentials.ok()) << credentials.status();
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  const auto channel = grpc::CreateCustomChannel(address, *credentials, arguments);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  v1::ListVirtualClustersResponse response;
  const grpc::StatusCode code = v1::VirtualClusterService::NewStub(channel)
                                    ->ListVirtualClusters(&context, {}, &response)
                                    .error_code();
  // The agents' port has no such service: any answer shows that the connection works.
  if (code == grpc::StatusCode::OK || code == grpc::StatusCode::UNIMPLEMENTED) return true;
  EXPECT_EQ(code, grpc::StatusCode::UNAVAILABLE);
  return false;
}

std::vector<std::string> Flags(const std::string& listener, const TestCertificate& own,
                               const std::string& client_ca = "") {
  return {"--" + listener + "_tls_cert=" + own.certificate, "--" + listener + "_tls_key=" + own.key,
          "--" + listener + "_tls_client_ca=" + client_ca, "--tls_reload_interval=1s"};
}

std::vector<std::string> operator+(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// A control plane that refuses to start.
std::string Refusal(const std::vector<std::string>& flags) {
  const TempDir directory;
  const CommandResult result =
      RunCommand(std::vector<std::string>{
                     "timeout", "60", ProgramFromEnvironment("BELLWETHER"),
                     "--agent_address=127.0.0.1:0", "--admin_address=127.0.0.1:0",
                     "--metrics_address=127.0.0.1:0", "--data_dir=" + directory.path() + "/data"} +
                 flags);
  EXPECT_EQ(result.status, 1) << result.output;
  return result.output;
}

// Replaces a file in one step, as a program that renews certificates should.
void Replace(const std::string& path, const std::string& with) {
  std::filesystem::copy_file(with, path + ".new");
  std::filesystem::rename(path + ".new", path);
}

TEST(TlsTest, ServerProvesWhoItIs) {
  const TestAuthority ours("ours");
  const TestAuthority theirs("theirs");
  ControlPlaneProcess plane(Flags("agent", ours.Issue("agents")) +
                            Flags("admin", ours.Issue("admins")));
  for (const std::string& address : {plane.agent_address(), plane.admin_address()}) {
    EXPECT_TRUE(Connects(address, Files(ours.certificate())));
    EXPECT_FALSE(Connects(address, Files(theirs.certificate())));
    EXPECT_FALSE(Connects(address, {})) << "plain text where there is TLS";
  }
}

TEST(TlsTest, OnlyCertificatesOfTheClientsAuthoritiesGetIn) {
  const TestAuthority ours("ours");
  const TestAuthority agents("agents");
  const TestAuthority admins("admins");
  ControlPlaneProcess plane(Flags("agent", ours.Issue("a"), agents.certificate()) +
                            Flags("admin", ours.Issue("b"), admins.certificate()));
  const TlsFiles agent = Files(ours.certificate(), agents.Issue("agent-1"));
  const TlsFiles admin = Files(ours.certificate(), admins.Issue("alice"));
  const TlsFiles nobody = Files(ours.certificate());
  EXPECT_TRUE(Connects(plane.agent_address(), agent));
  EXPECT_FALSE(Connects(plane.agent_address(), admin));
  EXPECT_FALSE(Connects(plane.agent_address(), nobody));
  EXPECT_TRUE(Connects(plane.admin_address(), admin));
  EXPECT_FALSE(Connects(plane.admin_address(), agent));
  EXPECT_FALSE(Connects(plane.admin_address(), nobody));
}

TEST(TlsTest, TheLogSaysWhoFailedWhereAndWhyAndCountsRetries) {
  const TestAuthority ours("ours");
  const TestAuthority agents("agents");
  const TestAuthority theirs("theirs");
  // Shows gRPC's own log too.
  ControlPlaneProcess plane(Flags("agent", ours.Issue("a"), agents.certificate()),
                            {{"GRPC_VERBOSITY", "ERROR"}});
  Process& process = plane.process();
  EXPECT_FALSE(Connects(plane.agent_address(), Files(ours.certificate())));
  EXPECT_THAT(process.WaitForLine("peer did not return a certificate"),
              AllOf(HasSubstr("event=\"TLS handshake failed\""), HasSubstr("listener=agent"),
                    HasSubstr("peer=127.0.0.1:"), HasSubstr("--agent_tls_client_ca")));
  EXPECT_FALSE(
      Connects(plane.agent_address(), Files(ours.certificate(), theirs.Issue("stranger"))));
  EXPECT_THAT(process.WaitForLine("reason=\"unable to get local issuer certificate\""),
              HasSubstr("event=\"TLS handshake failed\""));
  EXPECT_FALSE(
      Connects(plane.agent_address(), Files(ours.certificate(), agents.IssueExpired("late"))));
  EXPECT_THAT(process.WaitForLine("reason=\"certificate has expired\""),
              HasSubstr("event=\"TLS handshake failed\""));
  EXPECT_FALSE(Connects(plane.agent_address(), {})) << "plain text where there is TLS";
  EXPECT_THAT(process.WaitForLine("does not speak TLS"),
              HasSubstr("event=\"TLS handshake failed\""));
  // Again: no line, but a count at the end.
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(Connects(plane.agent_address(), Files(ours.certificate())));
  }
  EXPECT_EQ(plane.Stop(SIGTERM), 0);
  const std::string output = process.Output();
  EXPECT_THAT(output, HasSubstr("left_out="));
  EXPECT_THAT(output, testing::Not(HasSubstr("event=grpc"))) << "the same without peer and port";
}

TEST(TlsTest, TheReferenceAgentSaysWhatToDoWhereItsCertificateIsRefused) {
  const TestAuthority ours("ours");
  ControlPlaneProcess plane(Flags("agent", ours.Issue("agents"), ours.certificate()));
  const TempDir directory;
  const auto start = [&](const std::vector<std::string>& flags) {
    return std::make_unique<Process>(
        std::vector<std::string>{ProgramFromEnvironment("BELLWETHER_AGENT"), "-agentID=agent-1",
                                 "-kafkaAddress=127.0.0.1:0", "-tlsCA=" + ours.certificate(),
                                 "-stateDir=" + directory.path(),
                                 "-controlPlaneAddress=" + plane.agent_address()} +
            flags,
        Process::Environment{{"GRPC_VERBOSITY", "ERROR"}});
  };
  const auto without = start({});
  EXPECT_THAT(without->WaitForLine("remedy="),
              AllOf(HasSubstr("event=\"control plane unusable"), HasSubstr("-tlsCert")));
  const TestCertificate late = ours.IssueExpired("late");
  const auto expired = start({"-tlsCert=" + late.certificate, "-tlsKey=" + late.key});
  EXPECT_THAT(expired->WaitForLine("remedy="), HasSubstr("expired"));
  const auto json = start({"-logFormat=json"});
  EXPECT_THAT(json->WaitForLine("remedy"), testing::StartsWith("{\"time\":"));
  json->Signal(SIGTERM);
  json->WaitForEndOfOutput();
  for (const absl::string_view line : absl::StrSplit(json->Output(), '\n', absl::SkipEmpty())) {
    EXPECT_TRUE(absl::StartsWith(line, "{"))
        << "gRPC's own lines are lines of the log too: " << line;
  }
}

TEST(TlsTest, ReferenceAgentJoinsWithItsCertificate) {
  const TestAuthority ours("ours");
  const TestCertificate own = ours.Issue("agent-1");
  ControlPlaneProcess plane(Flags("agent", ours.Issue("agents"), ours.certificate()));
  AgentProcess agent(
      "agent-1", plane.agent_address(),
      {"-tlsCA=" + ours.certificate(), "-tlsCert=" + own.certificate, "-tlsKey=" + own.key});
  EXPECT_THAT(agent.process().Output(), HasSubstr("agent registered"));
}

TEST(TlsTest, AMetricTellsWhenACertificateExpires) {
  const TestAuthority authority("control plane");
  const TestCertificate own = authority.Issue("server");
  ControlPlaneProcess plane(Flags("admin", own));
  const std::string& address = plane.metrics_address();
  const CommandResult scraped =
      RunCommand({"/bin/bash", "-c",
                  "exec 3<>/dev/tcp/127.0.0.1/" + address.substr(address.rfind(':') + 1) +
                      "; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3"});
  const CommandResult expiry =
      RunCommand({"/bin/sh", "-c",
                  "date -d \"$(openssl x509 -in '" + own.certificate +
                      "' -noout -enddate | cut -d= -f2)\" +%s | tr -d '\\n'"});
  ASSERT_EQ(expiry.status, 0) << expiry.output;
  EXPECT_THAT(scraped.output,
              HasSubstr("bellwether_certificate_expiry_timestamp_seconds{listener=\"admin\"} " +
                        expiry.output));
  EXPECT_THAT(scraped.output,
              testing::Not(
                  HasSubstr("bellwether_certificate_expiry_timestamp_seconds{listener=\"agent\"")));
}

TEST(TlsTest, CertificatesReloadWithoutARestart) {
  const TestAuthority before("before");
  const TestAuthority after("after");
  const TestCertificate own = before.Issue("server");
  ControlPlaneProcess plane(Flags("admin", own));
  ASSERT_TRUE(Connects(plane.admin_address(), Files(before.certificate())));
  ASSERT_FALSE(Connects(plane.admin_address(), Files(after.certificate())));
  const TestCertificate renewed = after.Issue("server");
  Replace(own.key, renewed.key);
  Replace(own.certificate, renewed.certificate);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!Connects(plane.admin_address(), Files(after.certificate()))) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "the new certificate is not used";
  }
  EXPECT_FALSE(Connects(plane.admin_address(), Files(before.certificate())));
}

TEST(TlsTest, FilesThatCannotBeUsedAreRefusedByTheirFlag) {
  const TestAuthority ours("ours");
  const TestCertificate own = ours.Issue("own");
  const TestCertificate other = ours.Issue("other");
  EXPECT_THAT(Refusal({"--agent_tls_cert=" + own.certificate}), HasSubstr("--agent_tls_key"));
  EXPECT_THAT(Refusal({"--agent_tls_client_ca=" + ours.certificate()}),
              HasSubstr("--agent_tls_cert"));
  EXPECT_THAT(Refusal(Flags("admin", {own.certificate, own.certificate + ".missing"})),
              AllOf(HasSubstr("--admin_tls_key"), HasSubstr("No such file")));
  EXPECT_THAT(Refusal(Flags("admin", {own.key, own.key})),
              AllOf(HasSubstr("--admin_tls_cert"), HasSubstr("no certificate")));
  EXPECT_THAT(Refusal(Flags("admin", {own.certificate, own.certificate})),
              AllOf(HasSubstr("--admin_tls_key"), HasSubstr("no private key")));
  EXPECT_THAT(Refusal(Flags("agent", {own.certificate, other.key})),
              AllOf(HasSubstr("--agent_tls_key"), HasSubstr("not the key")));
  EXPECT_THAT(Refusal(Flags("agent", own, own.key)), HasSubstr("--agent_tls_client_ca"));
}

TEST(TlsTest, PlainTextBeyondLoopbackIsRefusedUnlessToldSo) {
  EXPECT_THAT(
      Refusal({"--agent_address=0.0.0.0:0"}),
      AllOf(HasSubstr("--agent_address"), HasSubstr("--agent_tls_cert"), HasSubstr("--insecure")));
  EXPECT_THAT(Refusal({"--admin_address=[::]:0"}),
              AllOf(HasSubstr("--admin_address"), HasSubstr("--admin_tls_cert")));
  EXPECT_THAT(Refusal({"--metrics_address=0.0.0.0:0"}), HasSubstr("--insecure_metrics"));
  ControlPlaneProcess told(
      {"--agent_address=0.0.0.0:0", "--metrics_address=0.0.0.0:0", "--insecure"});
  EXPECT_TRUE(Connects(told.agent_address(), {}));
}

}  // namespace
}  // namespace bellwether

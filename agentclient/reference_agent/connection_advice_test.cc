#include "agentclient/reference_agent/connection_advice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bellwether {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);
const absl::Status kClosed = absl::UnavailableError("Socket closed");

std::string Advice(const absl::Status& error, const TlsFiles& tls,
                   std::optional<absl::Time> expiry = std::nullopt) {
  return ConnectionAdvice(error, tls, expiry, kNow);
}

TEST(ConnectionAdviceTest, AClosedConnectionNamesTheFlagThatIsMissing) {
  EXPECT_THAT(Advice(kClosed, {}), HasSubstr("-tlsCA"));
  EXPECT_THAT(Advice(kClosed, {"", "", "ca.pem"}),
              AllOf(HasSubstr("-tlsCert"), HasSubstr("TLS handshake failed")));
  EXPECT_THAT(Advice(kClosed, {"own.pem", "own.key", "ca.pem"}),
              AllOf(HasSubstr("--agent_tls_client_ca"), HasSubstr("TLS handshake failed")));
}

TEST(ConnectionAdviceTest, AnExpiredCertificateIsNamed) {
  const TlsFiles tls = {"own.pem", "own.key", "ca.pem"};
  EXPECT_THAT(Advice(kClosed, tls, kNow - absl::Seconds(1)),
              AllOf(HasSubstr("own.pem"), HasSubstr("expired at 2023-11-14T22:13:19")));
  EXPECT_THAT(Advice(kClosed, tls, kNow + absl::Seconds(1)), Not(HasSubstr("expired")));
}

TEST(ConnectionAdviceTest, TheOtherSideOfTheHandshakeIsNamedToo) {
  const TlsFiles tls = {"", "", "ca.pem"};
  EXPECT_THAT(
      Advice(absl::UnavailableError("Ssl handshake failed: SSL_ERROR_SSL: error:0A000086:SSL "
                                    "routines::certificate verify failed"),
             tls),
      AllOf(HasSubstr("-tlsCA"), Not(HasSubstr("-tlsCert"))));
  EXPECT_THAT(Advice(absl::UnavailableError("SSL routines::wrong version number"), tls),
              HasSubstr("plain text"));
}

TEST(ConnectionAdviceTest, NothingIsAdvisedWhereTheErrorSaysEnough) {
  EXPECT_EQ(Advice(absl::UnavailableError("Connection refused"), {}), "");
  EXPECT_EQ(Advice(absl::PermissionDeniedError("Socket closed"), {}), "");
}

}  // namespace
}  // namespace bellwether

#include "agentclient/reference_agent/connection_advice.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace bellwether {
namespace {

constexpr char kLookThere[] =
    "; the control plane's log has the reason (event \"TLS handshake failed\")";

}  // namespace

std::string ConnectionAdvice(const absl::Status& error, const TlsFiles& tls,
                             std::optional<absl::Time> certificate_expiry, absl::Time now) {
  if (error.code() != absl::StatusCode::kUnavailable) return "";
  if (certificate_expiry.has_value() && *certificate_expiry <= now) {
    return absl::StrCat(
        "replace the certificate in -tlsCert, ", tls.certificate, ", which expired at ",
        absl::FormatTime(absl::RFC3339_sec, *certificate_expiry, absl::UTCTimeZone()),
        "; a new certificate is used within ten seconds, without a restart");
  }
  const std::string message = absl::AsciiStrToLower(error.message());
  if (absl::StrContains(message, "certificate verify failed")) {
    return "the control plane's certificate must be issued by an authority in -tlsCA, be valid "
           "now, "
           "and be issued for the host in -controlPlaneAddress";
  }
  if (absl::StrContains(message, "wrong_version_number") ||
      absl::StrContains(message, "wrong version number")) {
    return "omit -tlsCA, -tlsCert and -tlsKey if the control plane's agent address is plain "
           "text; otherwise set -controlPlaneAddress to its agent address";
  }
  const bool closed = absl::StrContains(message, "socket closed") ||
                      absl::StrContains(message, "connection reset") ||
                      absl::StrContains(message, "broken pipe") ||
                      absl::StrContains(message, "handshake");
  if (!closed) return "";
  if (tls.empty()) {
    return "if this continues, the control plane may require TLS: set -tlsCA";
  }
  if (tls.certificate.empty()) {
    return absl::StrCat(
        "if this continues, the control plane may require a client certificate: set -tlsCert and "
        "-tlsKey",
        kLookThere);
  }
  return absl::StrCat(
      "if this continues, the control plane may not accept the certificate in -tlsCert: it must be "
      "issued by an authority in the control plane's --agent_tls_client_ca",
      kLookThere);
}

}  // namespace bellwether

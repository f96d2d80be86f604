#include "controlplane/server/exposure.h"

#include <arpa/inet.h>

#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

bool IsLoopbackHost(const std::string& host) {
  if (host == "localhost") return true;
  in_addr v4;
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET;
  in6_addr v6;
  return inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

absl::Status Exposed(absl::string_view flag, const std::string& address, absl::string_view remedy) {
  return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument,
                   absl::StrCat("--", flag, " is ", Excerpt(address),
                                ", which is not loopback and not encrypted: ", remedy),
                   {{"flag", std::string(flag)}});
}

absl::Status CheckListener(absl::string_view name, const std::string& address,
                           const TlsFiles& files, bool insecure) {
  if (!files.certificate.empty() || insecure || IsLoopback(address)) return absl::OkStatus();
  return Exposed(absl::StrCat(name, "_address"), address,
                 absl::StrCat("give --", name, "_tls_cert and --", name,
                              "_tls_key, or listen on 127.0.0.1, or set --insecure if everyone on "
                              "that network may read and change what is sent"));
}

}  // namespace

bool IsLoopback(absl::string_view address) {
  const size_t colon = address.rfind(':');
  if (colon == absl::string_view::npos) return false;
  absl::string_view host = address.substr(0, colon);
  const absl::string_view port = address.substr(colon + 1);
  if (port.empty() || port.size() > 5) return false;
  for (const char c : port) {
    if (!absl::ascii_isdigit(c)) return false;
  }
  if (absl::ConsumePrefix(&host, "[") != absl::ConsumeSuffix(&host, "]")) return false;
  return IsLoopbackHost(std::string(host));
}

bool AuthenticationIsRequired(const ServerOptions& options) {
  switch (options.authentication) {
    case AuthenticationMode::kOff:
      return false;
    case AuthenticationMode::kRequired:
      return true;
    case AuthenticationMode::kAuto:
      break;
  }
  return !IsLoopback(options.agent_address) || !IsLoopback(options.admin_address);
}

absl::Status CheckExposure(const ServerOptions& options) {
  RETURN_IF_ERROR(
      CheckListener("agent", options.agent_address, options.agent_tls, options.insecure));
  RETURN_IF_ERROR(
      CheckListener("admin", options.admin_address, options.admin_tls, options.insecure));
  if (options.insecure || options.insecure_metrics || IsLoopback(options.metrics_address)) {
    return absl::OkStatus();
  }
  return Exposed("metrics_address", options.metrics_address,
                 "listen on 127.0.0.1, or set --insecure_metrics if everyone on that network may "
                 "read the metrics");
}

}  // namespace bellwether

#include "controlplane/server/listener_credentials.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "controlplane/base/status_macros.h"

namespace bellwether {

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeListenerCredentials(
    absl::string_view name, const TlsFiles& files, absl::Duration reload_interval) {
  if (files.empty()) return grpc::InsecureServerCredentials();
  const TlsFileFlags flags = {absl::StrCat("--", name, "_tls_cert"),
                              absl::StrCat("--", name, "_tls_key"),
                              absl::StrCat("--", name, "_tls_client_ca")};
  if (files.certificate.empty() && files.key.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(flags.authorities, " is given without ",
                                                   flags.certificate, " and ", flags.key,
                                                   "; only with TLS do clients show certificates"));
  }
  RETURN_IF_ERROR(CheckTlsFiles(files, flags));
  const int64_t seconds = std::max<int64_t>(1, absl::ToInt64Seconds(reload_interval));
  grpc::experimental::TlsServerCredentialsOptions options(
      std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
          files.key, files.certificate, files.authorities, static_cast<unsigned int>(seconds)));
  options.watch_identity_key_cert_pairs();
  if (!files.authorities.empty()) {
    options.watch_root_certs();
    options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  }
  return grpc::experimental::TlsServerCredentials(options);
}

}  // namespace bellwether

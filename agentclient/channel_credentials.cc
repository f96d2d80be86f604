#include "agentclient/channel_credentials.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include "absl/strings/str_cat.h"
#include "controlplane/base/status_macros.h"

namespace bellwether {
namespace {

constexpr unsigned int kReloadSeconds = 10;

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeChannelCredentials(
    const TlsFiles& files, const TlsFileFlags& flags) {
  if (files.empty()) return grpc::InsecureChannelCredentials();
  if (files.authorities.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("a certificate is given without ", flags.authorities,
                     ": name the authorities that the control plane's certificate comes from"));
  }
  RETURN_IF_ERROR(CheckTlsFiles(files, flags));
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(
      std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
          files.key, files.certificate, files.authorities, kReloadSeconds));
  options.watch_root_certs();
  if (!files.certificate.empty()) options.watch_identity_key_cert_pairs();
  return grpc::experimental::TlsCredentials(options);
}

}  // namespace bellwether

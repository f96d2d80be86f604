#include "controlplane/base/tls_files.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "controlplane/base/status_macros.h"

namespace bellwether {
namespace {

template <auto kFree>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;

absl::Status Invalid(absl::string_view flag, absl::string_view path, absl::string_view problem) {
  // Clears OpenSSL's record of the failure, which later calls must not see.
  ERR_clear_error();
  return absl::InvalidArgumentError(absl::StrCat(flag, " is ", path, ", which ", problem));
}

// An encrypted key cannot be used: no one is there to enter its password.
int NoPassword(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*unused*/) { return 0; }

absl::Status Open(absl::string_view flag, const std::string& path, Bio& file) {
  errno = 0;
  file.reset(BIO_new_file(path.c_str(), "r"));
  if (file != nullptr) return absl::OkStatus();
  return Invalid(flag, path,
                 absl::StrCat("cannot be read (", std::strerror(errno),
                              "); give a PEM file that this user may read"));
}

absl::Status ReadCertificate(absl::string_view flag, const std::string& path,
                             Certificate& certificate) {
  Bio file;
  RETURN_IF_ERROR(Open(flag, path, file));
  certificate.reset(PEM_read_bio_X509(file.get(), nullptr, NoPassword, nullptr));
  if (certificate != nullptr) return absl::OkStatus();
  return Invalid(flag, path, "contains no certificate in PEM format");
}

absl::Status ReadKey(absl::string_view flag, const std::string& path, PrivateKey& key) {
  Bio file;
  RETURN_IF_ERROR(Open(flag, path, file));
  key.reset(PEM_read_bio_PrivateKey(file.get(), nullptr, NoPassword, nullptr));
  if (key != nullptr) return absl::OkStatus();
  return Invalid(
      flag, path,
      "contains no private key in PEM format, or an encrypted one; give an unencrypted key");
}

}  // namespace

absl::Status CheckTlsFiles(const TlsFiles& files, const TlsFileFlags& flags) {
  if (files.certificate.empty() != files.key.empty()) {
    const bool no_key = files.key.empty();
    return absl::InvalidArgumentError(absl::StrCat(
        no_key ? flags.certificate : flags.key, " is given without ",
        no_key ? flags.key : flags.certificate, "; give both the certificate and its key"));
  }
  Certificate certificate;
  if (!files.authorities.empty()) {
    RETURN_IF_ERROR(ReadCertificate(flags.authorities, files.authorities, certificate));
  }
  if (files.certificate.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(ReadCertificate(flags.certificate, files.certificate, certificate));
  PrivateKey key;
  RETURN_IF_ERROR(ReadKey(flags.key, files.key, key));
  if (X509_check_private_key(certificate.get(), key.get()) == 1) return absl::OkStatus();
  return Invalid(flags.key, files.key,
                 absl::StrCat("is not the key of the certificate in ", files.certificate));
}

absl::StatusOr<CertificateTimes> ReadCertificateTimes(absl::string_view flag,
                                                      const std::string& path) {
  Certificate certificate;
  RETURN_IF_ERROR(ReadCertificate(flag, path, certificate));
  tm begin = {};
  tm expiry = {};
  if (ASN1_TIME_to_tm(X509_get0_notBefore(certificate.get()), &begin) != 1 ||
      ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &expiry) != 1) {
    return Invalid(flag, path, "has an unreadable expiry time");
  }
  return CertificateTimes{absl::FromTM(begin, absl::UTCTimeZone()),
                          absl::FromTM(expiry, absl::UTCTimeZone())};
}

absl::StatusOr<absl::Time> CertificateExpiry(absl::string_view flag, const std::string& path) {
  ASSIGN_OR_RETURN(const CertificateTimes times, ReadCertificateTimes(flag, path));
  return times.not_after;
}

}  // namespace bellwether

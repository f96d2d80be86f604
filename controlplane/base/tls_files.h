#ifndef CONTROLPLANE_BASE_TLS_FILES_H_
#define CONTROLPLANE_BASE_TLS_FILES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bellwether {

// Where one side of a TLS connection has what it shows and what it trusts: paths of PEM files, ""
// for none. A value.
struct TlsFiles {
  // Its own certificate, and after it those that lead to an authority.
  std::string certificate;
  // The private key of that certificate, not encrypted.
  std::string key;
  // The authorities that the other side's certificate must come from.
  std::string authorities;

  bool empty() const { return certificate.empty() && key.empty() && authorities.empty(); }
};

// The flags that name the files, as errors name them.
struct TlsFileFlags {
  std::string certificate;
  std::string key;
  std::string authorities;
};

// Reads the files that are named. INVALID_ARGUMENT, with the flag, the path and what to do, if one
// cannot be read, holds no certificate or key, if the key is not that of the certificate, or if
// only one of these two is named. Nothing of their content is in an error. Thread-safe.
absl::Status CheckTlsFiles(const TlsFiles& files, const TlsFileFlags& flags);

// When a certificate is valid.
struct CertificateTimes {
  absl::Time not_before;
  absl::Time not_after;
};
// Of the first certificate in a PEM file. Errors as above; `flag` is what names the file.
// Thread-safe.
absl::StatusOr<CertificateTimes> ReadCertificateTimes(absl::string_view flag,
                                                      const std::string& path);

// From when on the first certificate in a PEM file, the owner's own, is good for nothing. Errors as
// above; `flag` is what names the file. Thread-safe.
absl::StatusOr<absl::Time> CertificateExpiry(absl::string_view flag, const std::string& path);

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_TLS_FILES_H_

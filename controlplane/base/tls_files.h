#ifndef CONTROLPLANE_BASE_TLS_FILES_H_
#define CONTROLPLANE_BASE_TLS_FILES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bellwether {

// The files of one side of a TLS connection: paths of PEM files, "" for none.
struct TlsFiles {
  // Its own certificate, followed by the intermediate certificates that lead to an authority.
  std::string certificate;
  // The private key of that certificate, not encrypted.
  std::string key;
  // The authorities that must have issued the other side's certificate.
  std::string authorities;

  bool empty() const { return certificate.empty() && key.empty() && authorities.empty(); }
};

// The flags that name the files, for errors.
struct TlsFileFlags {
  std::string certificate;
  std::string key;
  std::string authorities;
};

// Reads the given files. INVALID_ARGUMENT, with the flag, the path and the remedy, if one cannot be
// read, contains no certificate or key, if the key does not match the certificate, or if only one
// of these two is given. No error contains the content of a file. Thread-safe.
absl::Status CheckTlsFiles(const TlsFiles& files, const TlsFileFlags& flags);

// The validity period of a certificate.
struct CertificateTimes {
  absl::Time not_before;
  absl::Time not_after;
};
// The validity of the first certificate in a PEM file. Errors as above; `flag` is the flag that
// names the file. Thread-safe.
absl::StatusOr<CertificateTimes> ReadCertificateTimes(absl::string_view flag,
                                                      const std::string& path);

// The expiry time of the first certificate in a PEM file, which is the owner's own. Errors as
// above; `flag` is the flag that names the file. Thread-safe.
absl::StatusOr<absl::Time> CertificateExpiry(absl::string_view flag, const std::string& path);

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_TLS_FILES_H_

#ifndef TESTS_SUPPORT_TEST_AUTHORITY_H_
#define TESTS_SUPPORT_TEST_AUTHORITY_H_

#include <string>

#include "tests/support/temp_dir.h"

namespace bellwether {

// A certificate and its private key: paths of PEM files.
struct TestCertificate {
  std::string certificate;
  std::string key;
};

// An authority and the certificates that it issues, made by the openssl on the path while the test
// runs, valid for a day and removed with the authority.
class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name);

  // Path of its own certificate, for peers that trust it.
  const std::string& certificate() const { return own_.certificate; }
  // Issues a certificate for 127.0.0.1 and localhost, valid for servers and clients.
  TestCertificate Issue(const std::string& name) const;
  // One whose time is over.
  TestCertificate IssueExpired(const std::string& name) const;

 private:
  TempDir directory_;
  TestCertificate own_;
};

}  // namespace bellwether

#endif  // TESTS_SUPPORT_TEST_AUTHORITY_H_

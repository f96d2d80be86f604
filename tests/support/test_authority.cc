#include "tests/support/test_authority.h"

#include <fstream>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/process.h"

namespace bellwether {
namespace {

// What openssl would otherwise take from the machine's own configuration.
constexpr char kConfiguration[] = R"(
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[issued]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth,clientAuth
subjectAltName = IP:127.0.0.1,DNS:localhost
subjectKeyIdentifier = hash
)";

// Creates a key and a certificate of that `kind`; `more` specifies its issuer.
TestCertificate Make(const std::string& directory, const std::string& name, const std::string& kind,
                     const std::vector<std::string>& more) {
  const std::string configuration = directory + "/openssl.cnf";
  std::ofstream(configuration) << kConfiguration;
  TestCertificate made = {directory + "/" + name + ".pem", directory + "/" + name + ".key"};
  std::vector<std::string> command = {"openssl",
                                      "req",
                                      "-x509",
                                      "-newkey",
                                      "ec",
                                      "-pkeyopt",
                                      "ec_paramgen_curve:P-256",
                                      "-nodes",
                                      "-days",
                                      "1",
                                      "-config",
                                      configuration,
                                      "-extensions",
                                      kind,
                                      "-subj",
                                      "/CN=" + name,
                                      "-keyout",
                                      made.key,
                                      "-out",
                                      made.certificate};
  command.insert(command.end(), more.begin(), more.end());
  const CommandResult result = RunCommand(command);
  EXPECT_EQ(result.status, 0) << result.output;
  return made;
}

}  // namespace

TestAuthority::TestAuthority(const std::string& name)
    : own_(Make(directory_.path(), name, "authority", {})) {}

TestCertificate TestAuthority::Issue(const std::string& name) const {
  return Make(directory_.path(), name, "issued", {"-CA", own_.certificate, "-CAkey", own_.key});
}

TestCertificate TestAuthority::IssueExpired(const std::string& name) const {
  const TestCertificate issued = Issue(name);
  const std::string request = issued.certificate + ".request";
  const TestCertificate expired = {directory_.path() + "/" + name + ".expired.pem", issued.key};
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"openssl", "x509", "-x509toreq", "-in", issued.certificate,
                                 "-signkey", issued.key, "-out", request},
        {"openssl", "x509", "-req", "-in", request, "-days", "-1", "-CA", own_.certificate,
         "-CAkey", own_.key, "-set_serial", "7", "-extfile", directory_.path() + "/openssl.cnf",
         "-extensions", "issued", "-out", expired.certificate}}) {
    const CommandResult result = RunCommand(command);
    EXPECT_EQ(result.status, 0) << result.output;
  }
  return expired;
}

}  // namespace bellwether

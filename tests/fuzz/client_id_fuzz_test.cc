// Any bytes as a client id: features and diagnostics stay within their limits.

#include <cstdint>

#include "absl/strings/string_view.h"
#include "controlplane/assignment/client_id.h"
#include "tests/fuzz/fuzz_check.h"

namespace bellwether {

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  static const KnownNames kKnown = {{"eu-west-1a", "eu-west-1b"}, {"batch", "interactive"}};
  const absl::string_view client_id(reinterpret_cast<const char*>(bytes), size);
  const ClientIdFeatures features = ParseClientId(client_id, kKnown);
  FuzzCheck(features.diagnostics.size() <= kMaxDiagnostics, "diagnostics are limited");
  for (const Diagnostic& diagnostic : features.diagnostics) {
    FuzzCheck(!diagnostic.message.empty(), "a diagnostic says something");
    FuzzCheck(diagnostic.message.size() < 1024, "a diagnostic does not repeat the id at length");
  }
  return 0;
}

}  // namespace bellwether

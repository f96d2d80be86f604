// Any bytes as a page token: taken only where FormatPageToken made it for that query.

#include <cstdint>
#include <string>

#include "controlplane/model/limits.h"
#include "controlplane/service/page.h"
#include "tests/fuzz/fuzz_check.h"

namespace bellwether {

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string token(reinterpret_cast<const char*>(bytes), size);
  const auto page = ParsePage("ListVirtualClusters", 10, token);
  if (page.ok() && !token.empty()) {
    const auto again =
        ParsePage("ListVirtualClusters", 10, FormatPageToken("ListVirtualClusters", page->after));
    FuzzCheck(again.ok() && again->after == page->after, "a token that is taken says what it said");
  }
  // The same bytes as an id.
  const std::string& id = token;
  const auto own = ParsePage("ListAgentPools", 10, FormatPageToken("ListAgentPools", id));
  if (!id.empty() && id.size() <= kMaxAgentIdLength) {
    FuzzCheck(own.ok() && own->after == id, "an own token is taken");
  }
  const auto foreign = ParsePage("ListAgentPools", 10, FormatPageToken("ListAgents", id));
  FuzzCheck(!foreign.ok(), "a token of another query is not");
  return 0;
}

}  // namespace bellwether

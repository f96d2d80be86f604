#include "controlplane/assignment/name_match.h"

#include <algorithm>

namespace bellwether {

bool WithinEdits(absl::string_view a, absl::string_view b, int edits) {
  while (!a.empty() && !b.empty() && a.front() == b.front()) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  const size_t longer = std::max(a.size(), b.size());
  const size_t shorter = std::min(a.size(), b.size());
  if (longer - shorter > static_cast<size_t>(edits)) return false;
  if (shorter == 0) return true;
  if (edits == 0) return false;
  return WithinEdits(a.substr(1), b.substr(1), edits - 1) ||
         WithinEdits(a.substr(1), b, edits - 1) || WithinEdits(a, b.substr(1), edits - 1);
}

absl::string_view MatchWithoutSuffix(absl::string_view value, size_t longest,
                                     absl::FunctionRef<bool(absl::string_view)> is_known) {
  if (value.size() <= longest && is_known(value)) return value;
  for (size_t end = std::min(value.size(), longest + 1); end-- > 1;) {
    if (value[end] == '-' && is_known(value.substr(0, end))) return value.substr(0, end);
  }
  return {};
}

}  // namespace bellwether

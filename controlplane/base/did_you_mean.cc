#include "controlplane/base/did_you_mean.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace bellwether {
namespace {

constexpr size_t kMaxChanges = 2;
// No flag, command or variable is as long.
constexpr size_t kLongest = 128;

std::string Plain(absl::string_view name) {
  return absl::AsciiStrToLower(absl::StrReplaceAll(name, {{"-", ""}, {"_", ""}}));
}

// How many insertions, deletions and replacements lead from `a` to `b`; two neighbours that have
// changed places count once.
size_t Changes(absl::string_view a, absl::string_view b) {
  std::vector<size_t> before_last(b.size() + 1);
  std::vector<size_t> last(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::string NearestName(absl::string_view typed, const std::vector<std::string>& names) {
  if (typed.size() > kLongest) return "";
  const std::string plain = Plain(typed);
  std::string nearest;
  size_t fewest = kMaxChanges + 1;
  for (const std::string& name : names) {
    const size_t changes = Changes(plain, Plain(name));
    // Of a short name two changes leave nothing.
    if (changes >= fewest || 2 * changes >= plain.size()) continue;
    fewest = changes;
    nearest = name;
  }
  return nearest;
}

std::string DidYouMean(absl::string_view typed, const std::vector<std::string>& names,
                       absl::string_view prefix) {
  const std::string nearest = NearestName(typed, names);
  return nearest.empty() ? "" : absl::StrCat("; did you mean ", prefix, nearest, "?");
}

}  // namespace bellwether

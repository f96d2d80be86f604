#include "controlplane/model/strategy.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

// Insertions, deletions and replacements that lead from `a` to `b` (Levenshtein).
size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

absl::string_view StrategyName(Strategy strategy) {
  switch (strategy) {
    case Strategy::kConsistentRandomJump:
      return "consistent_random_jump";
    case Strategy::kSingleAgent:
      return "single_agent";
  }
  return "unknown";
}

std::optional<Strategy> FindStrategy(absl::string_view name) {
  for (const Strategy strategy : kStrategies) {
    if (name == StrategyName(strategy)) return strategy;
  }
  return std::nullopt;
}

absl::StatusOr<std::optional<Strategy>> ParseStrategy(absl::string_view field,
                                                      absl::string_view name) {
  if (name.empty()) return std::optional<Strategy>();
  const std::optional<Strategy> strategy = FindStrategy(name);
  if (strategy.has_value()) return strategy;
  std::string message = absl::StrCat(field, " is \"", Excerpt(name),
                                     "\"; must be consistent_random_jump or single_agent");
  const std::optional<Strategy> meant = SuggestStrategy(name);
  if (meant.has_value()) absl::StrAppend(&message, "; did you mean ", StrategyName(*meant), "?");
  return MakeError(absl::StatusCode::kInvalidArgument, Reason::kUnknownStrategy, message,
                   {{"field", std::string(field)}});
}

std::optional<Strategy> SuggestStrategy(absl::string_view name) {
  // Longer than any misspelt strategy; also bounds the work on a client's input.
  constexpr size_t kLongest = 40;
  if (name.size() > kLongest) return std::nullopt;
  std::string lower = absl::AsciiStrToLower(name);
  std::replace(lower.begin(), lower.end(), '-', '_');
  for (const Strategy strategy : kStrategies) {
    const absl::string_view known = StrategyName(strategy);
    if (EditDistance(lower, known) <= known.size() / 3) return strategy;
  }
  return std::nullopt;
}

absl::string_view StrategySourceName(StrategySource source) {
  switch (source) {
    case StrategySource::kClientId:
      return "client_id";
    case StrategySource::kAgent:
      return "agent";
    case StrategySource::kVirtualCluster:
      return "virtual_cluster";
    case StrategySource::kSystem:
      return "system";
  }
  return "unknown";
}

}  // namespace bellwether

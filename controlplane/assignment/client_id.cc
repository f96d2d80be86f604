#include "controlplane/assignment/client_id.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "controlplane/assignment/name_match.h"
#include "controlplane/model/error.h"
#include "controlplane/model/field_text.h"
#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

// kNoEffect is a WarpStream key that has no meaning here; it is accepted.
enum class Feature { kStrategy, kZone, kRole, kHostOverride, kAgentGroup, kNoEffect };
constexpr size_t kFeatureCount = 5;

struct Key {
  absl::string_view name;
  Feature feature;
};
// Short names first: a suggestion should use them if both names are equally near.
constexpr Key kKeys[] = {
    {"ws_pas", Feature::kStrategy},
    {"ws_az", Feature::kZone},
    {"ws_pt", Feature::kRole},
    {"ws_ag", Feature::kAgentGroup},
    {"ws_host_override", Feature::kHostOverride},
    {"ws_proxy_target", Feature::kRole},
    {"warpstream_partition_assignment_strategy", Feature::kStrategy},
    {"warpstream_az", Feature::kZone},
    {"warpstream_proxy_target", Feature::kRole},
    {"warpstream_agent_group", Feature::kAgentGroup},
    {"ws_sle", Feature::kNoEffect},
    {"ws_dfat", Feature::kNoEffect},
    {"warpstream_session_id", Feature::kNoEffect},
    {"warpstream_interzone_lb", Feature::kNoEffect},
};
constexpr size_t kLongestKey = 40;

constexpr AgentRole kRoles[] = {AgentRole::kProxyProduce, AgentRole::kProxyConsume};

constexpr absl::string_view kWrongSeparators = ";| \t\r\n";

std::optional<Feature> FindFeature(absl::string_view key) {
  for (const Key& known : kKeys) {
    if (key == known.name) return known.feature;
  }
  return std::nullopt;
}

bool IsIdentifier(char c) { return absl::ascii_isalnum(c) || c == '_'; }

// The known key that `key` is probably meant to be; empty if it resembles none.
absl::string_view SuggestKey(absl::string_view key) {
  constexpr int kEdits = 2;
  if (key.size() > kLongestKey + kEdits) return {};
  std::string plain = absl::AsciiStrToLower(key);
  std::replace(plain.begin(), plain.end(), '-', '_');
  for (int edits = 0; edits <= kEdits; ++edits) {
    for (const Key& known : kKeys) {
      if (WithinEdits(plain, known.name, edits)) return known.name;
    }
  }
  return {};
}

bool HasOurPrefix(absl::string_view key) {
  return absl::StartsWithIgnoreCase(key, "ws_") || absl::StartsWithIgnoreCase(key, "warpstream_");
}

// The message for an unknown key; empty if it does not resemble a known key's form.
std::string UnknownKeyMessage(absl::string_view key) {
  const absl::string_view meant = SuggestKey(key);
  if (!meant.empty()) return absl::StrCat("no such key; did you mean ", meant, "?");
  if (!HasOurPrefix(key)) return {};
  return "no such key; the keys are ws_pas, ws_az, ws_pt, ws_ag and ws_host_override";
}

std::string WrongSeparatorMessage(char separator) {
  if (absl::ascii_isspace(separator)) {
    return "left out: a space has no place in a feature; write ',' alone between two";
  }
  return absl::StrCat("left out: '", Excerpt(absl::string_view(&separator, 1)),
                      "' does not separate features; write ',' instead");
}

std::string UnknownRoleMessage(absl::string_view value) {
  constexpr size_t kLongest = 40;
  std::string plain = absl::AsciiStrToLower(value.substr(0, kLongest));
  std::replace(plain.begin(), plain.end(), '_', '-');
  for (const AgentRole role : kRoles) {
    const absl::string_view name = AgentRoleName(role);
    if (WithinEdits(plain, name, 2) || absl::EndsWith(name, absl::StrCat("-", plain))) {
      return absl::StrCat("no such role; did you mean ", name, "?");
    }
  }
  return "no such role; the roles are proxy-produce and proxy-consume";
}

std::string UnknownStrategyMessage(absl::string_view value) {
  std::optional<Strategy> meant;
  // A misspelt name may have a framework's suffix too; any value longer than this has one.
  constexpr size_t kLongest = 40;
  MatchWithoutSuffix(value, kLongest, [&meant](absl::string_view name) {
    meant = SuggestStrategy(name);
    return meant.has_value();
  });
  if (meant.has_value()) {
    return absl::StrCat("no such strategy; did you mean ", StrategyName(*meant), "?");
  }
  return "no such strategy; the strategies are consistent_random_jump and single_agent";
}

// `what` is "zone" or "group".
std::string UnknownNameMessage(absl::string_view what, absl::string_view value,
                               const std::vector<std::string>& known) {
  if (known.empty()) return absl::StrCat("no agent of the pool has a ", what);
  // A pool may have thousands of names; only the first few are compared.
  constexpr size_t kCompared = 64;
  constexpr size_t kListed = 5;
  const size_t compared = std::min(known.size(), kCompared);
  const std::string lower = absl::AsciiStrToLower(value.substr(0, kMaxZoneLength + 1));
  for (int edits = 0; edits <= 2; ++edits) {
    for (size_t i = 0; i < compared; ++i) {
      if (!WithinEdits(lower, absl::AsciiStrToLower(known[i]), edits)) continue;
      return absl::StrCat("no agent of the pool is in that ", what, "; did you mean ",
                          Excerpt(known[i]), "?");
    }
  }
  const std::vector<std::string> listed(known.begin(),
                                        known.begin() + std::min(known.size(), kListed));
  return absl::StrCat("no agent of the pool is in that ", what, "; there ",
                      known.size() == 1 ? "is " : "are ", Excerpt(absl::StrJoin(listed, ", ")),
                      known.size() > kListed ? " and more" : "");
}

// `client_id` without the suffix that MirrorMaker 2 appends to a configured id:
// "|primary->backup|MirrorSourceConnector|producer".
absl::string_view WithoutMirrorMakerSuffix(absl::string_view client_id) {
  const size_t arrow = client_id.rfind("->");
  if (arrow == absl::string_view::npos) return client_id;
  const size_t begin = client_id.rfind('|', arrow);
  if (begin == absl::string_view::npos) return client_id;
  const absl::string_view suffix = client_id.substr(begin + 1);
  const bool names_connector = absl::StrContains(suffix, '|');
  const bool is_more = suffix.find_first_of(",=") != absl::string_view::npos;
  return names_connector && !is_more ? client_id.substr(0, begin) : client_id;
}

// Parses one client id, part by part.
class Parser {
 public:
  explicit Parser(const KnownNames& known) : known_(known) {}

  void ReadPart(absl::string_view part) {
    const size_t equals = part.find('=');
    if (equals == absl::string_view::npos) return ReadPlainText(part);
    const absl::string_view key = part.substr(0, equals);
    const absl::string_view value = part.substr(equals + 1);
    const std::optional<Feature> feature = FindFeature(key);
    if (!feature.has_value()) return ReadForeignKey(part, key);
    if (*feature != Feature::kNoEffect) {
      bool& seen = seen_[static_cast<size_t>(*feature)];
      if (seen) {
        return Complain(DiagnosticKind::kDuplicateKey, part, "given before; the first one counts");
      }
      seen = true;
      if (value.empty()) return ComplainOfMissingValue(part, key);
    }
    const size_t separator = value.find_first_of(kWrongSeparators);
    if (separator != absl::string_view::npos) {
      return Complain(DiagnosticKind::kWrongSeparator, part,
                      WrongSeparatorMessage(value[separator]));
    }
    ReadValue(*feature, part, value);
  }

  ClientIdFeatures Take() { return std::move(features_); }

 private:
  void Complain(DiagnosticKind kind, absl::string_view part, std::string message) {
    if (features_.diagnostics.size() == kMaxDiagnostics) return;
    features_.diagnostics.push_back({kind, Excerpt(part), std::move(message)});
  }

  void ComplainOfMissingValue(absl::string_view part, absl::string_view key) {
    Complain(DiagnosticKind::kMissingValue, part,
             absl::StrCat("no value; write ", key, "=value without a space"));
  }

  // Plain text may be anything, but a known key that stands alone is probably a mistake.
  void ReadPlainText(absl::string_view part) {
    const absl::string_view word(
        part.data(), std::find_if_not(part.begin(), part.end(), IsIdentifier) - part.begin());
    const std::optional<Feature> feature = FindFeature(word);
    if (feature.has_value() && *feature != Feature::kNoEffect) ComplainOfMissingValue(part, word);
  }

  void ReadForeignKey(absl::string_view part, absl::string_view key) {
    // The part can only produce a diagnostic; comparing it with the known keys is the most
    // expensive step.
    if (features_.diagnostics.size() == kMaxDiagnostics) return;
    size_t word_begin = key.size();
    while (word_begin > 0 && IsIdentifier(key[word_begin - 1])) --word_begin;
    if (word_begin > 0) {
      const absl::string_view word = key.substr(word_begin);
      const char before = key[word_begin - 1];
      // Before a known key even "-" or ":" is a mistake; before a word that only resembles one,
      // only characters that people use as separators are.
      if (FindFeature(word).has_value() ||
          (absl::StrContains(kWrongSeparators, absl::string_view(&before, 1)) &&
           !UnknownKeyMessage(word).empty())) {
        return Complain(DiagnosticKind::kWrongSeparator, part, WrongSeparatorMessage(before));
      }
    }
    std::string message = UnknownKeyMessage(key);
    if (!message.empty()) Complain(DiagnosticKind::kUnknownKey, part, std::move(message));
  }

  void ReadValue(Feature feature, absl::string_view part, absl::string_view value) {
    switch (feature) {
      case Feature::kStrategy:
        return ReadStrategy(part, value);
      case Feature::kZone:
        features_.zone = ReadName("zone", DiagnosticKind::kUnknownZone, known_.zones,
                                  kMaxZoneLength, part, value);
        return;
      case Feature::kRole:
        return ReadRole(part, value);
      case Feature::kAgentGroup:
        features_.agent_group = ReadName("group", DiagnosticKind::kUnknownGroup,
                                         known_.agent_groups, kMaxAgentGroupLength, part, value);
        return;
      case Feature::kHostOverride:
        if (IsHost(value)) {
          features_.host_override = std::string(value);
        } else {
          Complain(DiagnosticKind::kInvalidValue, part,
                   "not a host name or IP address; give one without a port");
        }
        return;
      case Feature::kNoEffect:
        return;
    }
  }

  void ReadStrategy(absl::string_view part, absl::string_view value) {
    constexpr size_t kLongest = 40;
    const auto is_known = [](absl::string_view name) { return FindStrategy(name).has_value(); };
    features_.strategy = FindStrategy(MatchWithoutSuffix(value, kLongest, is_known));
    if (features_.strategy.has_value()) return;
    Complain(DiagnosticKind::kUnknownStrategy, part, UnknownStrategyMessage(value));
  }

  void ReadRole(absl::string_view part, absl::string_view value) {
    constexpr size_t kLongest = 40;
    const auto is_known = [](absl::string_view name) { return FindAgentRole(name).has_value(); };
    features_.role = FindAgentRole(MatchWithoutSuffix(value, kLongest, is_known));
    if (features_.role.has_value()) return;
    Complain(DiagnosticKind::kUnknownRole, part, UnknownRoleMessage(value));
  }

  std::optional<std::string> ReadName(absl::string_view what, DiagnosticKind unknown,
                                      const std::vector<std::string>& known, size_t longest,
                                      absl::string_view part, absl::string_view value) {
    const auto is_known = [&known](absl::string_view name) {
      return std::binary_search(known.begin(), known.end(), name);
    };
    const absl::string_view name = MatchWithoutSuffix(value, longest, is_known);
    if (!name.empty()) return std::string(name);
    if (IsLocationName(value)) {
      Complain(unknown, part, UnknownNameMessage(what, value, known));
    } else {
      Complain(DiagnosticKind::kInvalidValue, part, absl::StrCat("no ", what, " is called so"));
    }
    return std::nullopt;
  }

  const KnownNames& known_;
  ClientIdFeatures features_;
  std::array<bool, kFeatureCount> seen_ = {};
};

}  // namespace

absl::string_view DiagnosticKindName(DiagnosticKind kind) {
  switch (kind) {
    case DiagnosticKind::kUnknownKey:
      return "unknown_key";
    case DiagnosticKind::kMissingValue:
      return "missing_value";
    case DiagnosticKind::kDuplicateKey:
      return "duplicate_key";
    case DiagnosticKind::kUnknownStrategy:
      return "unknown_strategy";
    case DiagnosticKind::kUnknownRole:
      return "unknown_role";
    case DiagnosticKind::kUnknownZone:
      return "unknown_zone";
    case DiagnosticKind::kUnknownGroup:
      return "unknown_group";
    case DiagnosticKind::kWrongSeparator:
      return "wrong_separator";
    case DiagnosticKind::kInvalidValue:
      return "invalid_value";
    case DiagnosticKind::kGroupUnavailable:
      return "group_unavailable";
    case DiagnosticKind::kRoleUnavailable:
      return "role_unavailable";
  }
  return "unknown";
}

ClientIdFeatures ParseClientId(absl::string_view client_id, const KnownNames& known) {
  Parser parser(known);
  client_id = WithoutMirrorMakerSuffix(client_id);
  while (true) {
    const size_t comma = client_id.find(',');
    parser.ReadPart(client_id.substr(0, comma));
    if (comma == absl::string_view::npos) return parser.Take();
    client_id.remove_prefix(comma + 1);
  }
}

}  // namespace bellwether

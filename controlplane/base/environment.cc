#include "controlplane/base/environment.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "controlplane/base/did_you_mean.h"

namespace bellwether {
namespace {

constexpr absl::string_view kProtocols[] = {"TCP", "UDP", "SCTP"};

bool IsNumber(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// "WARPSTREAM_" of "WARPSTREAM_AVAILABILITY_ZONE".
absl::string_view FirstWord(absl::string_view name) { return name.substr(0, name.find('_') + 1); }

}  // namespace

bool IsServiceLink(absl::string_view name, absl::string_view value) {
  if (absl::EndsWith(name, "_SERVICE_HOST") || absl::EndsWith(name, "_SERVICE_PORT") ||
      absl::StrContains(name, "_SERVICE_PORT_")) {
    return true;
  }
  const std::vector<absl::string_view> words = absl::StrSplit(name, '_');
  for (const absl::string_view protocol : kProtocols) {
    // BELLWETHER_PORT=tcp://10.0.0.1:7420
    if (words.back() == "PORT" &&
        absl::StartsWith(value, absl::StrCat(absl::AsciiStrToLower(protocol), "://"))) {
      return true;
    }
    // BELLWETHER_PORT_7420_TCP, BELLWETHER_PORT_7420_TCP_ADDR
    for (size_t i = 2; i < words.size(); ++i) {
      if (words[i] == protocol && IsNumber(words[i - 1]) && words[i - 2] == "PORT") return true;
    }
  }
  return false;
}

absl::Status CheckEnvironment(const ProgramDescription& program,
                              const std::vector<std::string>& flags) {
  std::vector<std::string> own;
  for (const std::string& flag : flags) {
    std::string variable = program.variable_of(flag);
    if (!variable.empty()) own.push_back(std::move(variable));
  }
  std::vector<std::string> known = own;
  known.insert(known.end(), program.foreign_variables.begin(), program.foreign_variables.end());
  for (char** entry = environ; !program.variable_prefix.empty() && *entry != nullptr; ++entry) {
    const std::pair<std::string, std::string> variable =
        absl::StrSplit(*entry, absl::MaxSplits('=', 1));
    const std::string& name = variable.first;
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    if (absl::StartsWith(name, program.variable_prefix)) {
      if (IsServiceLink(name, variable.second)) continue;
      return absl::InvalidArgumentError(
          absl::StrCat("environment variable ", absl::CHexEscape(name), " does not match a flag",
                       DidYouMean(name, known), "; correct or remove it (", program.name,
                       " --help shows all variables)"));
    }
    // Others may have variables like WARPSTREAM_AVAILABILITY_ZONE, but not that are nearly ours.
    const std::string meant = NearestName(name, own);
    if (!meant.empty() && FirstWord(meant) == FirstWord(name)) {
      return absl::InvalidArgumentError(
          absl::StrCat("environment variable ", absl::CHexEscape(name), " does not match a flag",
                       DidYouMean(name, own)));
    }
  }
  return absl::OkStatus();
}

}  // namespace bellwether

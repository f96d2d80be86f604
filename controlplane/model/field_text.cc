#include "controlplane/model/field_text.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/base/text_problem.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

// A label of a host name cannot be longer.
constexpr size_t kMaxLabelLength = 63;

absl::Status Invalid(absl::string_view field, absl::string_view text, absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument,
                   absl::StrCat(field, " is \"", Excerpt(text), "\", which ", problem),
                   {{"field", std::string(field)}});
}

bool IsHostLabel(absl::string_view label) {
  return !label.empty() && label.size() <= kMaxLabelLength && label.front() != '-' &&
         label.back() != '-' && std::all_of(label.begin(), label.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '-' || c == '_';
         });
}

// Digits and dots alone are meant as an IPv4 address: no name ends with a number.
bool LooksLikeIpv4(absl::string_view host) {
  return std::all_of(host.begin(), host.end(),
                     [](char c) { return absl::ascii_isdigit(c) || c == '.'; });
}

std::optional<uint32_t> ParseIpv4(const std::string& host) {
  in_addr address;
  if (inet_pton(AF_INET, host.c_str(), &address) != 1) return std::nullopt;
  return ntohl(address.s_addr);
}

// Why that address is not one of a single machine; nullptr if it may be.
const char* AddressProblem(const std::string& host) {
  const std::optional<uint32_t> v4 = ParseIpv4(host);
  in6_addr v6;
  const bool is_v6 = inet_pton(AF_INET6, host.c_str(), &v6) == 1;
  if ((v4.has_value() && *v4 == INADDR_ANY) || (is_v6 && IN6_IS_ADDR_UNSPECIFIED(&v6))) {
    return "means every address of a machine, which clients cannot connect to; give the host where "
           "they reach it";
  }
  if ((v4.has_value() && (*v4 >> 28) >= 0xE) || (is_v6 && IN6_IS_ADDR_MULTICAST(&v6))) {
    return "is a multicast or reserved address; give the address of one machine";
  }
  return nullptr;
}

// What people write where a host should be.
const char* NotAHostBecause(absl::string_view host) {
  if (absl::StrContains(host, "://")) {
    return "begins with a protocol; give the host and port alone, without the part up to \"//\"";
  }
  for (const absl::string_view mark : {"$", "{", "}", "<", ">", "%"}) {
    if (absl::StrContains(host, mark)) {
      return "contains a placeholder that was not filled in; give the host, or correct the "
             "template "
             "that starts this program";
    }
  }
  if (absl::StrContains(host, ",")) return "contains several hosts; give one";
  if (absl::StrContains(host, "/")) return "contains a path; give the host alone";
  if (absl::StrContains(host, " ")) return "contains a space; give the host alone";
  if (absl::StrContains(host, "..") || absl::StartsWith(host, ".")) {
    return "has an empty label between two dots; give the complete host";
  }
  if (absl::StrContains(host, ":")) {
    return "is neither a host nor an IPv6 address; give one port, after the last colon";
  }
  if (LooksLikeIpv4(host)) return "is not an IPv4 address; give four numbers from 0 to 255";
  return "is not a host name; it has labels of at most 63 letters, digits, '-' and '_' between "
         "dots, none of which begins or ends with '-'";
}

}  // namespace

absl::Status CheckFieldText(absl::string_view field, absl::string_view text) {
  const std::optional<std::string> problem = FindTextProblem(text);
  return problem.has_value() ? Invalid(field, text, *problem) : absl::OkStatus();
}

bool IsLocationName(absl::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(c) || absl::StrContains("_-.:/", absl::string_view(&c, 1));
  });
}

absl::Status CheckLocationName(absl::string_view field, absl::string_view name) {
  RETURN_IF_ERROR(CheckFieldText(field, name));
  if (IsLocationName(name)) return absl::OkStatus();
  return Invalid(field, name,
                 "no client id can name; use letters, digits and the characters _-.:/ alone");
}

bool IsHost(absl::string_view host) {
  if (host.empty() || host.size() > kMaxHostLength || absl::StrContains(host, '\0')) return false;
  const std::string ended(host);
  if (absl::StrContains(host, ':')) {
    in6_addr address;
    return inet_pton(AF_INET6, ended.c_str(), &address) == 1;
  }
  if (LooksLikeIpv4(host)) return ParseIpv4(ended).has_value();
  // The root's dot may be written.
  for (const absl::string_view label : absl::StrSplit(absl::StripSuffix(host, "."), '.')) {
    if (!IsHostLabel(label)) return false;
  }
  return true;
}

absl::Status CheckReachableHost(absl::string_view field, absl::string_view host) {
  RETURN_IF_ERROR(CheckFieldText(field, host));
  if (!IsHost(host)) return Invalid(field, host, NotAHostBecause(host));
  const char* const problem = AddressProblem(std::string(host));
  return problem == nullptr ? absl::OkStatus() : Invalid(field, host, problem);
}

}  // namespace bellwether

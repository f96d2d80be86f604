#include "controlplane/model/zone_cidr.h"

#include <arpa/inet.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/model/error.h"
#include "controlplane/model/field_text.h"
#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

constexpr int kBits = 128;
constexpr int kIpv4Bits = 32;

absl::Status Invalid(absl::string_view message) {
  return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument, message,
                   {{"field", "zone_cidrs"}});
}

// Whether the first `length` bits are the same.
bool SharesPrefix(const IpAddress& a, const IpAddress& b, int length) {
  const int bytes = length / 8;
  if (!std::equal(a.begin(), a.begin() + bytes, b.begin())) return false;
  const int bits = length % 8;
  return bits == 0 || (a[bytes] ^ b[bytes]) >> (8 - bits) == 0;
}

bool HasBitsBeyond(const IpAddress& address, int length) {
  for (int bit = length; bit < kBits; ++bit) {
    if ((address[bit / 8] >> (7 - bit % 8) & 1) != 0) return true;
  }
  return false;
}

}  // namespace

std::optional<IpAddress> ParseIpAddress(absl::string_view text) {
  // inet_pton wants an end; no address is longer.
  if (text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
  const std::string ended(text);
  IpAddress address = {};
  if (inet_pton(AF_INET6, ended.c_str(), address.data()) == 1) return address;
  address[10] = address[11] = 0xFF;
  if (inet_pton(AF_INET, ended.c_str(), address.data() + 12) == 1) return address;
  return std::nullopt;
}

absl::StatusOr<ZoneCidr> ParseZoneCidr(absl::string_view cidr, absl::string_view zone) {
  if (zone.empty() || zone.size() > kMaxZoneLength) {
    return Invalid(absl::StrCat("the zone of \"", Excerpt(cidr), "\" has ", zone.size(),
                                " bytes; give it 1 to ", kMaxZoneLength));
  }
  const size_t slash = cidr.find('/');
  const absl::string_view host = cidr.substr(0, slash);
  const std::optional<IpAddress> address = ParseIpAddress(host);
  const bool is_ipv4 = host.find(':') == absl::string_view::npos;
  const absl::string_view digits =
      slash == absl::string_view::npos ? absl::string_view() : cidr.substr(slash + 1);
  int length = 0;
  if (!address.has_value() || digits.size() > 3 ||
      !std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit) ||
      !absl::SimpleAtoi(digits, &length) || length > (is_ipv4 ? kIpv4Bits : kBits)) {
    return Invalid(
        absl::StrCat("\"", Excerpt(cidr), "\" is not a CIDR block; give one such as 10.1.0.0/16"));
  }
  ZoneCidr result;
  result.cidr = std::string(cidr);
  result.zone = std::string(zone);
  result.prefix = *address;
  result.prefix_length = is_ipv4 ? kBits - kIpv4Bits + length : length;
  if (HasBitsBeyond(result.prefix, result.prefix_length)) {
    return Invalid(absl::StrCat("\"", Excerpt(cidr), "\" has bits set beyond its first ", length,
                                " bits; give the first address of the block"));
  }
  return result;
}

absl::Status ValidateZoneCidrs(const std::vector<ZoneCidr>& cidrs) {
  if (cidrs.size() > kMaxZoneCidrs) {
    return MakeError(absl::StatusCode::kInvalidArgument, Reason::kLimitExceeded,
                     absl::StrCat("zone_cidrs must have at most ", kMaxZoneCidrs, " blocks (got ",
                                  cidrs.size(), "); merge adjacent blocks"),
                     {{"field", "zone_cidrs"}});
  }
  std::set<std::pair<IpAddress, int>> seen;
  for (const ZoneCidr& cidr : cidrs) {
    RETURN_IF_ERROR(CheckLocationName("zone_cidrs", cidr.zone));
    if (!seen.emplace(cidr.prefix, cidr.prefix_length).second) {
      return Invalid(absl::StrCat("\"", cidr.cidr, "\" occurs twice; give each block one zone"));
    }
  }
  return absl::OkStatus();
}

const std::string* FindZone(const std::vector<ZoneCidr>& cidrs, const IpAddress& address) {
  const ZoneCidr* best = nullptr;
  for (const ZoneCidr& cidr : cidrs) {
    if (best != nullptr && cidr.prefix_length <= best->prefix_length) continue;
    if (SharesPrefix(cidr.prefix, address, cidr.prefix_length)) best = &cidr;
  }
  return best == nullptr ? nullptr : &best->zone;
}

}  // namespace bellwether

#ifndef CONTROLPLANE_MODEL_ZONE_CIDR_H_
#define CONTROLPLANE_MODEL_ZONE_CIDR_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bellwether {

// An IP address; IPv4 in the form of IPv6, ::ffff:a.b.c.d.
using IpAddress = std::array<uint8_t, 16>;

// Parses an address without a port or brackets; nullopt if it is invalid. Pure.
std::optional<IpAddress> ParseIpAddress(absl::string_view text);

// The zone of all addresses in a block, parsed once so that a query only compares bytes.
struct ZoneCidr {
  // The block as it was configured.
  std::string cidr;
  std::string zone;
  IpAddress prefix = {};
  // How many bits of `prefix` are significant.
  int prefix_length = 0;

  friend bool operator==(const ZoneCidr& a, const ZoneCidr& b) = default;
};

// Parses a block such as "10.1.0.0/16". INVALID_ARGUMENT (kInvalidArgument) if it is not a CIDR
// block, has bits beyond its prefix, or the zone is empty or too long. Pure.
absl::StatusOr<ZoneCidr> ParseZoneCidr(absl::string_view cidr, absl::string_view zone);

// OK unless there are too many blocks or a duplicate; else INVALID_ARGUMENT. Pure.
absl::Status ValidateZoneCidrs(const std::vector<ZoneCidr>& cidrs);

// The zone of the longest prefix that contains `address`; nullptr if none does. Pure.
const std::string* FindZone(const std::vector<ZoneCidr>& cidrs, const IpAddress& address);

}  // namespace bellwether

#endif  // CONTROLPLANE_MODEL_ZONE_CIDR_H_

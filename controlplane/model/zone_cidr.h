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

// An IP address; an IPv4 one as IPv6 writes it, ::ffff:a.b.c.d.
using IpAddress = std::array<uint8_t, 16>;

// Reads an address without a port or brackets; nullopt if it is none. Pure.
std::optional<IpAddress> ParseIpAddress(absl::string_view text);

// The zone of all addresses in a block, read once so that a query only compares bytes. A value.
struct ZoneCidr {
  // As it was written.
  std::string cidr;
  std::string zone;
  IpAddress prefix = {};
  // How many bits of `prefix` count.
  int prefix_length = 0;

  friend bool operator==(const ZoneCidr& a, const ZoneCidr& b) = default;
};

// Reads a block such as "10.1.0.0/16". INVALID_ARGUMENT (kInvalidArgument) if it is none, has bits
// beyond its prefix, or the zone is empty or too long. Pure.
absl::StatusOr<ZoneCidr> ParseZoneCidr(absl::string_view cidr, absl::string_view zone);

// OK unless there are too many or a block comes twice; else INVALID_ARGUMENT. Pure.
absl::Status ValidateZoneCidrs(const std::vector<ZoneCidr>& cidrs);

// The zone of the longest prefix that `address` has; nullptr if it has none. Pure.
const std::string* FindZone(const std::vector<ZoneCidr>& cidrs, const IpAddress& address);

}  // namespace bellwether

#endif  // CONTROLPLANE_MODEL_ZONE_CIDR_H_

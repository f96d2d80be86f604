#ifndef CONTROLPLANE_CATALOG_UID_H_
#define CONTROLPLANE_CATALOG_UID_H_

#include <string>

#include "absl/strings/string_view.h"
#include "controlplane/base/random.h"

namespace bellwether {

// Prefixes of uids; 130 random bits follow.
inline constexpr absl::string_view kClusterUidPrefix = "cls_";
inline constexpr absl::string_view kVirtualClusterUidPrefix = "vci_";
inline constexpr absl::string_view kAgentPoolUidPrefix = "api_";

// A uid that was never used before.
inline std::string MakeUid(absl::string_view prefix, Random& random) {
  constexpr int kLength = 26;
  return std::string(prefix) + random.Base32(kLength);
}

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_UID_H_

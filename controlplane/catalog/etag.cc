#include "controlplane/catalog/etag.h"

#include "absl/strings/str_cat.h"
#include "controlplane/base/stable_hash.h"

namespace bellwether {

std::string MakeEtag(absl::string_view uid, Revision revision) {
  return absl::StrCat(
      absl::Hex(StableHash(absl::StrCat(uid, "@", revision)), absl::PadSpec::kZeroPad16));
}

}  // namespace bellwether

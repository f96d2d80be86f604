#include "controlplane/service/update_mask.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "controlplane/model/error.h"

namespace bellwether {

absl::StatusOr<std::set<std::string>> FieldsToUpdate(const google::protobuf::FieldMask& mask,
                                                     absl::Span<const char* const> updatable) {
  const std::set<std::string> all(updatable.begin(), updatable.end());
  if (mask.paths().empty() || (mask.paths_size() == 1 && mask.paths(0) == "*")) return all;
  std::set<std::string> fields;
  for (const std::string& path : mask.paths()) {
    if (all.count(path) == 0) {
      return MakeError(
          absl::StatusCode::kInvalidArgument, Reason::kInvalidFieldMask,
          absl::StrCat("update_mask names \"", Excerpt(path),
                       "\"; the fields that can be updated are ", absl::StrJoin(all, ", ")),
          {{"field", "update_mask"}});
    }
    fields.insert(path);
  }
  return fields;
}

}  // namespace bellwether

#include "controlplane/model/labels.h"

#include "absl/strings/str_cat.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

absl::Status LimitExceeded(absl::string_view field, absl::string_view limit, size_t got) {
  return MakeError(absl::StatusCode::kInvalidArgument, Reason::kLimitExceeded,
                   absl::StrCat(field, " must have at most ", limit, " (got ", got, ")"),
                   {{"field", std::string(field)}});
}

}  // namespace

absl::Status ValidateLabels(const Labels& labels) {
  if (labels.size() > kMaxLabels) {
    return LimitExceeded("labels", absl::StrCat(kMaxLabels, " labels"), labels.size());
  }
  for (const auto& [key, value] : labels) {
    if (key.empty() || key.size() > kMaxLabelKeyLength) {
      return MakeError(absl::StatusCode::kInvalidArgument, Reason::kLimitExceeded,
                       absl::StrCat("label \"", Excerpt(key), "\": a key must have 1 to ",
                                    kMaxLabelKeyLength, " bytes (got ", key.size(), ")"),
                       {{"field", "labels"}});
    }
    if (value.size() > kMaxLabelValueLength) {
      return LimitExceeded(absl::StrCat("labels[", Excerpt(key), "]"),
                           absl::StrCat(kMaxLabelValueLength, " bytes"), value.size());
    }
  }
  return absl::OkStatus();
}

absl::Status ValidateDisplayName(absl::string_view display_name) {
  if (display_name.size() <= kMaxDisplayNameLength) return absl::OkStatus();
  return LimitExceeded("display_name", absl::StrCat(kMaxDisplayNameLength, " bytes"),
                       display_name.size());
}

}  // namespace bellwether

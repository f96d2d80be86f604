#ifndef CONTROLPLANE_MODEL_LABELS_H_
#define CONTROLPLANE_MODEL_LABELS_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace bellwether {

// Free key-value pairs of a resource.
using Labels = std::map<std::string, std::string>;

// OK if the number and lengths of labels are within limits; else INVALID_ARGUMENT (kLimitExceeded).
absl::Status ValidateLabels(const Labels& labels);
// OK if a display name is within its limit; else INVALID_ARGUMENT (kLimitExceeded).
absl::Status ValidateDisplayName(absl::string_view display_name);

}  // namespace bellwether

#endif  // CONTROLPLANE_MODEL_LABELS_H_
